//! The same file from ways that somebody asked for.

use super::TravelPlace;

/// Writes ways as a file that [`super::TravelTable::read`] takes, in the order given; minutes to a hundredth.
pub fn travel_times_csv<'a>(
    ways: impl IntoIterator<Item = (TravelPlace<'a>, TravelPlace<'a>, f64)>,
) -> Vec<u8> {
    let mut text = String::from("from,to,minutes\n");
    for (from, to, minutes) in ways {
        text.push_str(&quoted(from));
        text.push(',');
        text.push_str(&quoted(to));
        text.push_str(&format!(",{minutes:.2}\n"));
    }
    text.into_bytes()
}

/// Quotes a name where its signs would be read as the table's.
fn quoted(place: TravelPlace<'_>) -> String {
    let text = place.to_string();
    let is_plain = !text.contains([',', ';', '"', '\n', '\r']);
    if is_plain { text } else { format!("\"{}\"", text.replace('"', "\"\"")) }
}
