//! The papers of an order: references and values, never the documents themselves. What is written here was entered or
//! signed by people; the types only see to it that nothing empty or malformed passes for a paper.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Digest, array_from_hex, hex};

/// Longest number of a paper, in characters.
const MOST_NUMBER: usize = 100;
/// Longest signature value, in characters: a detached CMS with its chain in base64.
const MOST_SIGNATURE: usize = 32_768;

/// Says what is wrong with a paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PaperFault {
    /// The number is empty, too long or holds control characters.
    Number,
    /// The hash is not 64 hexadecimal digits.
    Hash,
    /// The signature is empty, too long or not printable.
    Signature,
    /// The signer has no name.
    Signer,
    /// The way of a notice is not said in one line.
    Way,
}

/// Is the SHA-256 of a document's bytes; written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DocumentHash(Digest);

impl DocumentHash {
    /// Reads 64 hexadecimal digits of either case.
    pub fn parse(text: &str) -> Option<Self> {
        array_from_hex(text).map(Self)
    }
}

impl From<Digest> for DocumentHash {
    fn from(digest: Digest) -> Self {
        Self(digest)
    }
}

impl fmt::Display for DocumentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for DocumentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<DocumentHash> for String {
    fn from(hash: DocumentHash) -> Self {
        hash.to_string()
    }
}

impl TryFrom<String> for DocumentHash {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("«{text}» is no SHA-256"))
    }
}

/// Refers to a document by the number people know it under and by the hash of its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentReference {
    number: String,
    sha256: DocumentHash,
}

impl DocumentReference {
    /// Builds a reference.
    ///
    /// # Errors
    /// [`PaperFault::Number`], [`PaperFault::Hash`].
    pub fn new(number: &str, sha256: &str) -> Result<Self, PaperFault> {
        let sha256 = DocumentHash::parse(sha256.trim()).ok_or(PaperFault::Hash)?;
        Ok(Self { number: paper_number(number)?, sha256 })
    }
    /// Returns the number.
    pub fn number(&self) -> &str {
        &self.number
    }
    /// Returns the hash of its bytes.
    pub fn sha256(&self) -> DocumentHash {
        self.sha256
    }
}

/// Is the prosecutor's answer to a request: agreement or refusal, as the step that carries it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProsecutorAnswer {
    /// The paper.
    pub document: DocumentReference,
    /// Its day.
    pub on: Date,
}

/// Is a signature under the order's document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    document: DocumentReference,
    value: String,
    signer: String,
    on: Date,
}

impl Signature {
    /// Builds a signature. Whether the value fits document and signer is for who holds the certificates to verify.
    ///
    /// # Errors
    /// [`PaperFault::Signature`], [`PaperFault::Signer`].
    pub fn new(document: DocumentReference, value: &str, signer: &str, on: Date) -> Result<Self, PaperFault> {
        let (value, signer) = (value.trim(), signer.trim());
        let is_printable = value.bytes().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace());
        if value.is_empty() || value.len() > MOST_SIGNATURE || !is_printable {
            return Err(PaperFault::Signature);
        }
        if signer.is_empty() {
            return Err(PaperFault::Signer);
        }
        Ok(Self { document, value: value.to_owned(), signer: signer.to_owned(), on })
    }
    /// Returns what was signed.
    pub fn document(&self) -> &DocumentReference {
        &self.document
    }
    /// Returns the value, as the signing program gave it.
    pub fn value(&self) -> &str {
        &self.value
    }
    /// Returns the name of the official.
    pub fn signer(&self) -> &str {
        &self.signer
    }
    /// Returns the local day of the signature.
    pub fn on(&self) -> Date {
        self.on
    }
}

/// Is the entry in the state register of control events: its number is the order's legal one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterNumber {
    number: String,
    on: Date,
}

impl RegisterNumber {
    /// Builds an entry.
    ///
    /// # Errors
    /// [`PaperFault::Number`].
    pub fn new(number: &str, on: Date) -> Result<Self, PaperFault> {
        Ok(Self { number: paper_number(number)?, on })
    }
    /// Returns the number.
    pub fn number(&self) -> &str {
        &self.number
    }
    /// Returns the day of the entry.
    pub fn on(&self) -> Date {
        self.on
    }
}

/// Is the notice of an event to the controlled person: terms run from the day on which it reached him.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    way: String,
    number: String,
    on: Date,
}

impl Notice {
    /// Builds a notice: in which way it went, in the authority's own words, its number and the day of its delivery.
    ///
    /// # Errors
    /// [`PaperFault::Way`], [`PaperFault::Number`].
    pub fn new(way: &str, number: &str, on: Date) -> Result<Self, PaperFault> {
        let way = paper_number(way).map_err(|_| PaperFault::Way)?;
        Ok(Self { way, number: paper_number(number)?, on })
    }
    /// Returns in which way it went.
    pub fn way(&self) -> &str {
        &self.way
    }
    /// Returns the number.
    pub fn number(&self) -> &str {
        &self.number
    }
    /// Returns the day on which it reached the person.
    pub fn on(&self) -> Date {
        self.on
    }
}

/// Is what a signed order stands on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedPapers {
    /// The prosecutor's agreement; none where the kind of event needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement: Option<ProsecutorAnswer>,
    /// The head's signature.
    pub signature: Signature,
    /// The notice of the controlled person; none where nobody has told him, or nobody need. Of several the last counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Notice>,
}

impl SignedPapers {
    /// Adds the notice; one that was there stays on record in the order's steps.
    pub(super) fn noticed(&self, notice: Notice) -> Self {
        Self { notice: Some(notice), ..self.clone() }
    }
}

/// Is what an issued order stands on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedPapers {
    /// What it was signed with.
    pub signed: SignedPapers,
    /// Its entry in the register; none where the kind of event needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<RegisterNumber>,
}

impl IssuedPapers {
    /// Adds the notice.
    pub(super) fn noticed(&self, notice: Notice) -> Self {
        Self { signed: self.signed.noticed(notice), entry: self.entry.clone() }
    }
}

fn paper_number(text: &str) -> Result<String, PaperFault> {
    let text = text.trim();
    let is_one_line = !text.chars().any(char::is_control);
    match !text.is_empty() && is_one_line && text.chars().count() <= MOST_NUMBER {
        true => Ok(text.to_owned()),
        false => Err(PaperFault::Number),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn nothing_empty_or_malformed_passes_for_a_paper() {
        let hash = "0aF9".repeat(16);
        let document = DocumentReference::new(" 17-р ", &hash).unwrap();
        assert_eq!(document.number(), "17-р");
        assert_eq!(document.sha256().to_string(), hash.to_lowercase());
        for wrong in ["", "  ", "a\nb", &"n".repeat(101)] {
            assert_eq!(DocumentReference::new(wrong, &hash), Err(PaperFault::Number), "{wrong}");
            assert_eq!(RegisterNumber::new(wrong, date(2026, 11, 20)), Err(PaperFault::Number));
            assert_eq!(Notice::new(wrong, "7", date(2026, 11, 20)), Err(PaperFault::Way));
            assert_eq!(Notice::new("нарочно", wrong, date(2026, 11, 20)), Err(PaperFault::Number));
        }
        for wrong in ["", &hash[1..], &format!("{hash}0"), &hash.replace('F', "g"), &"я".repeat(32)] {
            assert_eq!(DocumentReference::new("17-р", wrong), Err(PaperFault::Hash), "{wrong}");
        }
        let sign = |value: &str, signer: &str| {
            Signature::new(document.clone(), value, signer, date(2026, 11, 20))
                .map(|one| one.value().to_owned())
        };
        assert_eq!(sign(" MIAG= ", "Орлова"), Ok("MIAG=".to_owned()));
        assert_eq!(sign("", "Орлова"), Err(PaperFault::Signature));
        assert_eq!(sign("подпись", "Орлова"), Err(PaperFault::Signature), "no base64 and no PEM");
        assert_eq!(sign(&"M".repeat(MOST_SIGNATURE + 1), "Орлова"), Err(PaperFault::Signature));
        assert_eq!(sign("MIAG=", " "), Err(PaperFault::Signer));
    }

    #[test]
    fn a_stored_hash_that_is_none_is_refused() {
        let hash = DocumentHash::from([7; 32]);
        let text = serde_json::to_string(&hash).unwrap();
        assert_eq!(text, format!("\"{}\"", "07".repeat(32)));
        assert_eq!(serde_json::from_str::<DocumentHash>(&text).unwrap(), hash);
        assert!(serde_json::from_str::<DocumentHash>("\"07\"").is_err());
    }
}
