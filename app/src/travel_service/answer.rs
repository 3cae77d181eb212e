//! From the bytes of an answer to seconds: the shapes of both kinds of service, checked cell by cell.

use serde::Deserialize;

use super::client::ServiceKind;

/// Nobody is on the way longer: what a service says beyond is no time.
const MOST_SECONDS: f64 = 7.0 * 24.0 * 3600.0;

/// Is seconds from each source to each target; none where there is no way.
pub(super) type Durations = Vec<Vec<Option<f64>>>;

/// Is what an answer holds.
#[derive(Debug, PartialEq)]
pub(super) enum Answer {
    Table(Durations),
    /// The place of this number, sources first, is near no road.
    NoRoad(usize),
    /// The service said something else; what, as it begins.
    Other,
    /// A table of another size, or none.
    Misshapen(String),
    /// A time that is none.
    Wrong(f64),
}

#[derive(Deserialize)]
struct Osrm {
    code: String,
    #[serde(default)]
    message: String,
    durations: Option<Durations>,
}

#[derive(Deserialize)]
struct Valhalla {
    sources_to_targets: ValhallaTable,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ValhallaTable {
    Cells(Vec<Vec<ValhallaCell>>),
    Columns { durations: Durations },
}

#[derive(Deserialize)]
struct ValhallaCell {
    time: Option<f64>,
}

/// Reads an answer that should have so many rows and columns.
pub(super) fn read(kind: ServiceKind, bytes: &[u8], (rows, columns): (usize, usize)) -> Answer {
    let table = match kind {
        ServiceKind::Osrm => match serde_json::from_slice::<Osrm>(bytes) {
            Ok(Osrm { code, durations: Some(durations), .. }) if code == "Ok" => durations,
            Ok(Osrm { code, .. }) if code == "Ok" => return Answer::Misshapen("no durations".to_owned()),
            Ok(Osrm { code, message, .. }) => return no_road(&code, &message, rows + columns),
            Err(problem) => return Answer::Misshapen(problem.to_string()),
        },
        ServiceKind::Valhalla => match serde_json::from_slice::<Valhalla>(bytes) {
            Ok(Valhalla { sources_to_targets: ValhallaTable::Columns { durations } }) => durations,
            Ok(Valhalla { sources_to_targets: ValhallaTable::Cells(rows) }) => {
                rows.into_iter().map(|row| row.into_iter().map(|cell| cell.time).collect()).collect()
            }
            Err(problem) => return Answer::Misshapen(problem.to_string()),
        },
    };
    if table.len() != rows {
        return Answer::Misshapen(format!("{} rows, {rows} were asked for", table.len()));
    }
    if let Some(row) = table.iter().find(|row| row.len() != columns) {
        return Answer::Misshapen(format!("{} columns, {columns} were asked for", row.len()));
    }
    let mut seconds = table.iter().flatten().flatten();
    match seconds.find(|seconds| !(0.0..=MOST_SECONDS).contains(*seconds)) {
        Some(wrong) => Answer::Wrong(*wrong),
        None => Answer::Table(table),
    }
}

/// Reads which place has no road near it: the message ends with its number.
fn no_road(code: &str, message: &str, places: usize) -> Answer {
    let number = message.rsplit(' ').next().and_then(|word| word.parse().ok());
    match number.filter(|number| code == "NoSegment" && *number < places) {
        Some(number) => Answer::NoRoad(number),
        None => Answer::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_table_are_read_and_others_are_named() {
        let osrm = |text: &str| read(ServiceKind::Osrm, text.as_bytes(), (1, 2));
        let valhalla = |text: &str| read(ServiceKind::Valhalla, text.as_bytes(), (1, 2));
        let good = Answer::Table(vec![vec![Some(0.0), None]]);
        assert_eq!(osrm(r#"{"code":"Ok","durations":[[0,null]],"sources":[]}"#), good);
        assert_eq!(valhalla(r#"{"sources_to_targets":[[{"time":0,"distance":1},{"time":null}]]}"#), good);
        assert_eq!(valhalla(r#"{"sources_to_targets":{"durations":[[0,null]],"distances":[]}}"#), good);
        let no_segment = |number: u32| {
            format!(
                r#"{{"code":"NoSegment","message":"Could not find a matching segment for coordinate {number}"}}"#
            )
        };
        assert_eq!(osrm(&no_segment(2)), Answer::NoRoad(2));
        assert_eq!(osrm(&no_segment(3)), Answer::Other);
        assert_eq!(osrm(r#"{"code":"TooBig","message":"Too many table coordinates"}"#), Answer::Other);
        assert_eq!(osrm(r#"{"code":"Ok","durations":[[0,-1]]}"#), Answer::Wrong(-1.0));
        assert_eq!(osrm(r#"{"code":"Ok","durations":[[0,604801]]}"#), Answer::Wrong(604_801.0));
        for wrong in [
            "",
            "<html>",
            "{}",
            r#"{"code":"Ok"}"#,
            r#"{"code":"Ok","durations":[]}"#,
            r#"{"code":"Ok","durations":[[1]]}"#,
            r#"{"code":"Ok","durations":[[1,2],[3,4]]}"#,
            r#"{"code":"Ok","durations":[[1,"2"]]}"#,
            r#"{"code":"Ok","durations":[[1,1e999]]}"#,
        ] {
            assert!(matches!(osrm(wrong), Answer::Misshapen(_)), "{wrong}: {:?}", osrm(wrong));
            assert!(matches!(valhalla(wrong), Answer::Misshapen(_)), "{wrong}");
        }
    }
}
