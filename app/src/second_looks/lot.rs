//! The lot: whether a decision or a visit gets a second look follows from its name and a key that no page shows. The
//! same name under the same key always falls alike, so nobody can try again; who does not know the key cannot tell
//! beforehand.

use dozor_domain::{hex, sha256};

use crate::dozor::Dozor;
use crate::error::AppError;

/// Where the database keeps the key.
const KEY: &str = "second_look_key";

/// Is the lot of one installation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lot(String);

impl Lot {
    /// Tells whether the lot falls on something, with the chance `share`.
    pub(crate) fn falls_on(&self, kind: &str, name: &[u8], share: f64) -> bool {
        let mut bytes = format!("{} {kind} ", self.0).into_bytes();
        bytes.extend_from_slice(name);
        let drawn = sha256(&bytes).iter().take(8).fold(0_u64, |drawn, byte| drawn << 8 | u64::from(*byte));
        // 53 bits are what a float holds exactly.
        ((drawn >> 11) as f64) < share * (1_u64 << 53) as f64
    }

    /// Returns the seed of a draw that has a name. Who does not know the key cannot compute it, and who does can draw again
    /// and compare.
    pub(crate) fn seed(&self, kind: &str, name: &str) -> u64 {
        let text = format!("{} {kind} {name}", self.0);
        sha256(text.as_bytes()).iter().take(8).fold(0, |seed, byte| seed << 8 | u64::from(*byte))
    }
}

/// Is a key that the database does not hold yet: whoever draws by it stores it in the same transaction.
pub(crate) struct NewKey(String);

impl NewKey {
    /// Stores the key.
    pub(crate) async fn keep(&self, tx: &mut dozor_store::WriteTx) -> Result<(), AppError> {
        Ok(tx.set_meta(KEY, &self.0).await?)
    }
}

/// Returns the key of a demo: a demo is no secret, and the same parameters give the same city.
pub(crate) fn lot_of_demo(seed: u64) -> NewKey {
    NewKey(hex(&sha256(format!("second looks of the demo {seed}").as_bytes())))
}

impl Dozor {
    /// Returns the installation's lot, with its key where it is new. A new key is made of the stored password hashes: each
    /// holds 128 bits that the edge drew by chance, and no page shows them. None as long as nobody has a password: a key
    /// of nothing could be computed by anybody.
    pub(crate) async fn lot(&self) -> Result<Option<(Lot, Option<NewKey>)>, AppError> {
        if let Some(known) = self.store.meta(KEY).await? {
            return Ok(Some((Lot(known), None)));
        }
        let users = self.store.users().await?;
        if users.iter().all(|user| user.password_hash.is_empty()) {
            return Ok(None);
        }
        let mut bytes = b"dozor second looks".to_vec();
        for user in users {
            bytes.extend_from_slice(user.password_hash.as_bytes());
        }
        let key = hex(&sha256(&bytes));
        Ok(Some((Lot(key.clone()), Some(NewKey(key)))))
    }

    /// Returns the installation's lot with its key stored; none as long as nobody has a password.
    pub(crate) async fn kept_lot(&self) -> Result<Option<Lot>, AppError> {
        let Some((lot, new)) = self.lot().await? else { return Ok(None) };
        if let Some(key) = new {
            let mut tx = self.store.begin().await?;
            key.keep(&mut tx).await?;
            let subject = self.methodology.manifest.name.clone();
            tx.audit(self.audit("system", "keep_lot", &subject, &serde_json::json!({})));
            tx.commit().await?;
        }
        Ok(Some(lot))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(lot: &Lot, share: f64) -> usize {
        (0..100_000_u32).filter(|name| lot.falls_on("reading", &name.to_be_bytes(), share)).count()
    }

    #[test]
    fn a_lot_falls_by_its_share_always_alike_and_otherwise_under_another_key() {
        let (one, other) = (Lot("a".to_owned()), Lot("b".to_owned()));
        // 2,000 expected, five standard deviations are 221.
        assert!(share(&one, 0.02).abs_diff(2_000) < 221);
        assert_eq!(share(&one, 0.02), share(&one, 0.02));
        assert_eq!((share(&one, 0.0), share(&one, 1.0)), (0, 100_000));
        let falls = |lot: &Lot, kind| {
            let on = |name: u32| lot.falls_on(kind, &name.to_be_bytes(), 0.02);
            (0..1_000).filter(|name| on(*name)).collect::<Vec<u32>>()
        };
        assert_ne!(falls(&one, "reading"), falls(&other, "reading"), "who lacks the key cannot tell");
        assert_ne!(falls(&one, "reading"), falls(&one, "visit"));
        assert_eq!(
            one.seed("exploration", "moscow 2026-11-20"),
            one.seed("exploration", "moscow 2026-11-20")
        );
        assert_ne!(
            one.seed("exploration", "moscow 2026-11-20"),
            other.seed("exploration", "moscow 2026-11-20")
        );
    }
}
