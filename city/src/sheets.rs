//! The files that a city writes: one sheet per source, rows written as they come, CSV or GeoJSON alike.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use dozor_domain::Position;

use crate::CityError;
use crate::days::Day;
use crate::generate::SourceFile;

/// Is one source of the city, in the order in which the files are to be ingested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Districts,
    ProtectedZones,
    UtilityZones,
    HeritageZones,
    CommonAreas,
    UnallocatedLand,
    SocialObjects,
    NtoScheme,
    Parcels,
    Buildings,
    Premises,
    Nto,
    Fences,
    Rights,
    Leases,
    Permits,
    Projects,
    NtoContracts,
    SelfAssessments,
    LandUse,
    Measurements,
    Detections,
    Appeals,
    Events,
    Prescriptions,
    Warnings,
    Courts,
    DeskDecisions,
    SecondReadings,
    SecondVisits,
    Inspectors,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Csv,
    GeoJson,
}

/// Says how a source's file is called and which columns it has.
struct Heading {
    source: Source,
    name: &'static str,
    form: Form,
    columns: &'static str,
}

const fn heading(source: Source, name: &'static str, form: Form, columns: &'static str) -> Heading {
    Heading { source, name, form, columns }
}

/// All sources, in the order of [`Source`].
const HEADINGS: &[Heading] = &[
    heading(Source::Districts, "districts", Form::GeoJson, "code,name,okrug"),
    heading(Source::ProtectedZones, "protected_zones", Form::GeoJson, "code,zone_kind"),
    heading(Source::UtilityZones, "utility_zones", Form::GeoJson, "code,zone_kind"),
    heading(Source::HeritageZones, "heritage_zones", Form::GeoJson, "code,zone_kind"),
    heading(Source::CommonAreas, "common_areas", Form::GeoJson, "code,zone_kind"),
    heading(Source::UnallocatedLand, "unallocated_land", Form::GeoJson, "code,zone_kind"),
    heading(Source::SocialObjects, "social_objects", Form::GeoJson, "code,social_kind,name"),
    heading(Source::NtoScheme, "nto_scheme", Form::Csv, "place_number,specialisation,lat,lon"),
    heading(
        Source::Parcels,
        "egrn_parcels",
        Form::GeoJson,
        "cadastral_number,area_m2,area_accuracy_m,permitted_use_codes,capital_structure,registered_on,known_on,\
         address,district",
    ),
    heading(
        Source::Buildings,
        "egrn_buildings",
        Form::GeoJson,
        "cadastral_number,parcel,area_m2,floors,capital_structure,visitors,registered_on,known_on,address,district",
    ),
    heading(
        Source::Premises,
        "premises",
        Form::Csv,
        "cadastral_number,building,area_m2,purpose_code,capital_structure,visitors,known_on,address,district,lat,lon",
    ),
    heading(
        Source::Nto,
        "nto",
        Form::Csv,
        "number,parcel,specialisation,area_m2,known_on,address,district,lat,lon",
    ),
    heading(Source::Fences, "fences", Form::GeoJson, "number,parcel,length_m,known_on,address,district"),
    heading(
        Source::Rights,
        "egrn_rights",
        Form::Csv,
        "right_number,object_key,right_kind,holder_kind,holder_size,valid_from,valid_to,updated_on",
    ),
    heading(
        Source::Leases,
        "leases",
        Form::Csv,
        "contract_number,object_key,valid_from,valid_to,purpose_code,rent_debt_months,construction_deadline,updated_on",
    ),
    heading(
        Source::Permits,
        "construction_permits",
        Form::Csv,
        "permit_number,object_key,valid_from,valid_to",
    ),
    heading(
        Source::Projects,
        "approved_projects",
        Form::Csv,
        "project_number,object_key,programme,valid_from,valid_to",
    ),
    heading(
        Source::NtoContracts,
        "nto_contracts",
        Form::Csv,
        "contract_number,object_key,valid_from,valid_to,updated_on",
    ),
    heading(
        Source::SelfAssessments,
        "self_assessments",
        Form::Csv,
        "declaration_number,object_key,valid_from,valid_to",
    ),
    heading(
        Source::LandUse,
        "land_use",
        Form::GeoJson,
        "survey_number,object_key,used_area_m2,accuracy_m,actual_use_code,surveyed_on,known_on",
    ),
    heading(
        Source::Measurements,
        "flight_measurements",
        Form::Csv,
        "flight_id,object_key,method,season,footprint_m2,height_m,perimeter_m,sigma_m,flown_on,known_on",
    ),
    heading(
        Source::Detections,
        "detections",
        Form::GeoJson,
        "detection_id,flight_id,detector_version,detection_class,confidence,season,flown_on,known_on",
    ),
    heading(
        Source::Appeals,
        "appeals",
        Form::Csv,
        "appeal_number,object_key,topic,topic_group,applicant_ref,verified,burst_ref,outcome,answered_on,created_on,\
         updated_on,applicant_name,phone,text,lat,lon",
    ),
    heading(
        Source::Events,
        "events",
        Form::Csv,
        "event_number,object_key,event_kind,control_kind,result,rule,inspector_ref,held_on,updated_on",
    ),
    heading(
        Source::Prescriptions,
        "prescriptions",
        Form::Csv,
        "prescription_number,object_key,issued_on,delivered_on,term_days,due_on,deferred_to,fulfilled_on,\
         suspended_from,suspended_to,updated_on",
    ),
    heading(
        Source::Warnings,
        "warnings",
        Form::Csv,
        "warning_number,object_key,issued_on,answered,updated_on",
    ),
    heading(
        Source::Courts,
        "court_decisions",
        Form::Csv,
        "case_number,object_key,decision_kind,decided_on,executed_on,updated_on",
    ),
    heading(
        Source::DeskDecisions,
        "desk_decisions",
        Form::Csv,
        "decision_number,object_key,rule,points,verdict,refuted_later,decided_on,updated_on",
    ),
    heading(
        Source::SecondReadings,
        "second_readings",
        Form::Csv,
        "reading_number,object_key,rule,verdict,settled,read_on,updated_on",
    ),
    heading(
        Source::SecondVisits,
        "second_visits",
        Form::Csv,
        "visit_number,object_key,event_kind,result,inspector_ref,settled,held_on,updated_on",
    ),
    heading(
        Source::Inspectors,
        "inspectors",
        Form::Csv,
        "number,name,unit,territories,skills,mode,shift_start,shift_end,lat,lon,conflicts,attested_until",
    ),
];

/// Is one cell of a row.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cell<'a> {
    /// Text; empty = missing.
    Text(&'a str),
    /// A whole number.
    Whole(i64),
    /// A number with that many decimals.
    Number(f64, usize),
    /// True or false.
    Flag(bool),
    /// A day.
    On(Day),
    /// Nothing.
    Missing,
}

impl From<Option<Day>> for Cell<'_> {
    fn from(day: Option<Day>) -> Self {
        day.map_or(Self::Missing, Self::On)
    }
}

struct Sheet {
    heading: &'static Heading,
    columns: Vec<&'static str>,
    path: PathBuf,
    out: BufWriter<File>,
    line: String,
    rows: u64,
}

/// Is all the city's files, open for writing.
pub(crate) struct Sheets(Vec<Sheet>);

impl Sheets {
    /// Opens every file of the folder anew.
    pub(crate) fn create(folder: &Path) -> Result<Self, CityError> {
        std::fs::create_dir_all(folder)
            .map_err(|source| CityError::Write { path: folder.to_path_buf(), source })?;
        HEADINGS.iter().map(|heading| Sheet::create(folder, heading)).collect::<Result<_, _>>().map(Self)
    }

    /// Writes a row without geometry.
    pub(crate) fn row(&mut self, source: Source, cells: &[Cell<'_>]) -> Result<(), CityError> {
        self.shape(source, cells, &[])
    }

    /// Writes a row with a ring; the last cells of a CSV row are its latitude and longitude instead.
    pub(crate) fn shape(
        &mut self,
        source: Source,
        cells: &[Cell<'_>],
        ring: &[Position],
    ) -> Result<(), CityError> {
        match self.0.get_mut(source as usize) {
            Some(sheet) => {
                debug_assert_eq!(sheet.heading.source, source, "headings stand in the order of sources");
                sheet.row(cells, ring)
            }
            None => Ok(()),
        }
    }

    /// Closes every file and lists them.
    pub(crate) fn finish(self) -> Result<Vec<SourceFile>, CityError> {
        self.0.into_iter().map(Sheet::finish).collect()
    }
}

impl Sheet {
    fn create(folder: &Path, heading: &'static Heading) -> Result<Self, CityError> {
        let extension = match heading.form {
            Form::Csv => "csv",
            Form::GeoJson => "geojson",
        };
        let path = folder.join(format!("{}.{extension}", heading.name));
        let failed = |source| CityError::Write { path: path.clone(), source };
        let mut out = BufWriter::with_capacity(1 << 16, File::create(&path).map_err(failed)?);
        match heading.form {
            Form::Csv => writeln!(out, "{}", heading.columns),
            Form::GeoJson => write!(out, "{{\"type\":\"FeatureCollection\",\"features\":["),
        }
        .map_err(failed)?;
        let columns = heading.columns.split(',').collect();
        Ok(Self { heading, columns, path, out, line: String::new(), rows: 0 })
    }

    fn row(&mut self, cells: &[Cell<'_>], ring: &[Position]) -> Result<(), CityError> {
        debug_assert_eq!(cells.len(), self.columns.len(), "{}", self.heading.name);
        self.line.clear();
        match self.heading.form {
            Form::Csv => csv_line(&mut self.line, cells),
            Form::GeoJson => feature(&mut self.line, self.rows > 0, &self.columns, cells, ring),
        }
        self.rows += 1;
        self.out
            .write_all(self.line.as_bytes())
            .map_err(|source| CityError::Write { path: self.path.clone(), source })
    }

    fn finish(mut self) -> Result<SourceFile, CityError> {
        let end = match self.heading.form {
            Form::Csv => "",
            Form::GeoJson => "\n]}\n",
        };
        let written = self.out.write_all(end.as_bytes()).and_then(|()| self.out.flush());
        match written {
            Ok(()) => {
                Ok(SourceFile { source: self.heading.name.to_owned(), path: self.path, rows: self.rows })
            }
            Err(source) => Err(CityError::Write { path: self.path, source }),
        }
    }
}

fn csv_line(line: &mut String, cells: &[Cell<'_>]) {
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            line.push(',');
        }
        match cell {
            Cell::Text(text) if text.contains([',', '"', '\n']) => {
                line.push('"');
                line.push_str(&text.replace('"', "\"\""));
                line.push('"');
            }
            Cell::Text(text) => line.push_str(text),
            other => plain(line, *other),
        }
    }
    line.push('\n');
}

fn feature(line: &mut String, follows: bool, columns: &[&str], cells: &[Cell<'_>], ring: &[Position]) {
    line.push_str(if follows { ",\n" } else { "\n" });
    line.push_str("{\"type\":\"Feature\",\"properties\":{");
    for (index, (column, cell)) in columns.iter().zip(cells).enumerate() {
        if index > 0 {
            line.push(',');
        }
        // Writing to a String cannot fail.
        let _ = write!(line, "\"{column}\":");
        match cell {
            Cell::Missing | Cell::Text("") => line.push_str("null"),
            Cell::Text(text) => json_text(line, text),
            Cell::On(_) => {
                line.push('"');
                plain(line, *cell);
                line.push('"');
            }
            other => plain(line, *other),
        }
    }
    line.push_str("},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[");
    for (index, corner) in ring.iter().chain(ring.first()).enumerate() {
        if index > 0 {
            line.push(',');
        }
        let _ = write!(line, "[{:.7},{:.7}]", corner.lon, corner.lat);
    }
    line.push_str("]]}}");
}

fn plain(line: &mut String, cell: Cell<'_>) {
    // Writing to a String cannot fail.
    let _ = match cell {
        Cell::Text(text) => write!(line, "{text}"),
        Cell::Whole(number) => write!(line, "{number}"),
        Cell::Number(number, decimals) => write!(line, "{number:.decimals$}"),
        Cell::Flag(flag) => write!(line, "{flag}"),
        Cell::On(day) => write!(line, "{day}"),
        Cell::Missing => Ok(()),
    };
}

fn json_text(line: &mut String, text: &str) {
    line.push('"');
    for letter in text.chars() {
        match letter {
            '"' => line.push_str("\\\""),
            '\\' => line.push_str("\\\\"),
            '\n' => line.push_str("\\n"),
            other => line.push(other),
        }
    }
    line.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_stand_in_the_order_of_sources() {
        for (index, heading) in HEADINGS.iter().enumerate() {
            assert_eq!(heading.source as usize, index, "{}", heading.name);
        }
    }

    #[test]
    fn texts_are_quoted_where_they_must_be() {
        let mut line = String::new();
        csv_line(
            &mut line,
            &[Cell::Text("a, \"b\""), Cell::Missing, Cell::Number(1.25, 1), Cell::Flag(true)],
        );
        assert_eq!(line, "\"a, \"\"b\"\"\",,1.2,true\n");
        let mut line = String::new();
        feature(&mut line, false, &["x"], &[Cell::Text("«a» \"b\"")], &[]);
        assert!(line.contains("\"x\":\"«a» \\\"b\\\"\""), "{line}");
    }
}
