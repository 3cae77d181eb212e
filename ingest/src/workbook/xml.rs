//! XML as a row of openings, texts and closings. Declarations of types are refused: they are how a small text becomes a
//! large one.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

/// Elements inside one another; no sheet comes near.
const DEEPEST: usize = 64;
/// Attributes of one element: each is compared with all before it.
const MOST_ATTRIBUTES: usize = 256;

/// Is one piece; names are without their prefixes.
#[derive(Debug)]
pub(super) enum Piece<'a> {
    Open { name: &'a str, attributes: BTreeMap<String, String> },
    Text(&'a str),
    Close(&'a str),
}

/// Gives the pieces of a text in their order.
pub(super) fn walk(text: &str, mut take: impl FnMut(Piece<'_>) -> Result<(), String>) -> Result<(), String> {
    let broken = |fault: &dyn std::fmt::Display| format!("a part is no XML: {fault}");
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut depth = 0_usize;
    loop {
        match reader.read_event().map_err(|fault| broken(&fault))? {
            Event::Start(start) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(format!("a part has more than {DEEPEST} elements inside one another"));
                }
                if start.attributes().with_checks(false).count() > MOST_ATTRIBUTES {
                    return Err(format!("an element has more than {MOST_ATTRIBUTES} attributes"));
                }
                let attributes = attributes(&start).map_err(|fault| broken(&fault))?;
                take(Piece::Open { name: &plain(start.local_name().as_ref()), attributes })?;
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                take(Piece::Close(&plain(end.local_name().as_ref())))?;
            }
            Event::Text(text) => take(Piece::Text(&text.decode().map_err(|fault| broken(&fault))?))?,
            Event::CData(text) => take(Piece::Text(&text.decode().map_err(|fault| broken(&fault))?))?,
            Event::GeneralRef(name) => {
                let character = name.resolve_char_ref().map_err(|fault| broken(&fault))?;
                let name = name.decode().map_err(|fault| broken(&fault))?;
                match (character, resolve_predefined_entity(&name)) {
                    (Some(character), _) => take(Piece::Text(character.encode_utf8(&mut [0; 4])))?,
                    (None, Some(text)) => take(Piece::Text(text))?,
                    (None, None) => return Err(format!("a part names the unknown entity «{name}»")),
                }
            }
            Event::DocType(_) => return Err("a part declares types (DOCTYPE)".to_owned()),
            Event::Eof => return Ok(()),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::Empty(_) => {}
        }
    }
}

fn plain(name: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(name)
}

fn attributes(start: &BytesStart<'_>) -> Result<BTreeMap<String, String>, quick_xml::Error> {
    let mut found = BTreeMap::new();
    for attribute in start.attributes() {
        let attribute = attribute?;
        let value = quick_xml::escape::unescape(&plain(&attribute.value))?.into_owned();
        found.insert(plain(attribute.key.local_name().as_ref()).into_owned(), value);
    }
    Ok(found)
}
