//! What a source's description may not say: a checked [`SourceSpec`] contradicts itself nowhere.

use dozor_domain::{Subject, ValueType};

use crate::dates::DatePattern;
use crate::spec::{Check, FieldSpec, Format, KindSpec, SourceSpec};

impl SourceSpec {
    /// Returns the first thing that contradicts another, in words for who wrote the file.
    pub(crate) fn contradiction(&self) -> Option<String> {
        self.contradiction_of_form()
            .or_else(|| self.contradiction_of_fields())
            .or_else(|| self.contradiction_of_times())
    }

    fn contradiction_of_form(&self) -> Option<String> {
        let csv = self.format == Format::Csv;
        let pseudo = |name: &str| self.key.columns.iter().any(|column| column == name);
        if self.key.columns.is_empty() {
            return Some("[key] names no column".to_owned());
        }
        if !matches!(self.csv.delimiter, ',' | ';' | '\t' | '|') || !matches!(self.csv.decimal, '.' | ',') {
            return Some("[csv] delimiter is one of , ; tab |, decimal one of . ,".to_owned());
        }
        if pseudo("*") && (!csv || self.key.columns.len() > 1) {
            return Some("the key `*` stands alone and needs a header, so it is for csv".to_owned());
        }
        if !csv && self.position.is_some() {
            return Some("[position] is for csv: a geojson feature has its geometry".to_owned());
        }
        if csv && pseudo("@id") {
            return Some("the key `@id` is for geojson".to_owned());
        }
        if self.object.is_some() && self.matching.is_some() {
            return Some(
                "[object] and [match] exclude each other: a registry's record is its own object".to_owned(),
            );
        }
        if self.object.is_some() && self.subject != Subject::Object {
            return Some("[object] needs subject = \"object\"".to_owned());
        }
        if self.territory.is_some() && self.subject != Subject::Territory {
            return Some("[territory] needs subject = \"territory\"".to_owned());
        }
        if self.territory.is_some() && self.territory_field().is_none() {
            return Some(
                "[territory] names a column that no field maps, so that the code would not be stored"
                    .to_owned(),
            );
        }
        if self.matching.is_some() && !matches!(self.subject, Subject::Object | Subject::Outcome) {
            return Some("[match] needs subject = \"object\" or \"outcome\"".to_owned());
        }
        None
    }

    fn contradiction_of_fields(&self) -> Option<String> {
        for (at, field) in self.fields.iter().enumerate() {
            if self.fields[..at].iter().any(|earlier| earlier.name == field.name) {
                return Some(format!("the field `{}` is declared twice", field.name));
            }
            if field.column.is_some() == field.constant.is_some() {
                return Some(format!("the field `{}` needs either `column` or `constant`", field.name));
            }
            if let Some(problem) = contradiction_of(field) {
                return Some(format!("the field `{}`: {problem}", field.name));
            }
        }
        if let Some(column) = self.personal_column_elsewhere() {
            return Some(format!(
                "[personal] splits off the column `{column}`, which is mapped elsewhere: what is mapped stays in records"
            ));
        }
        let variants = self.variants.as_ref()?;
        match self.fields.iter().find(|field| field.name == variants.field) {
            None => Some(format!("[variants] names the field `{}`, which is not declared", variants.field)),
            Some(field) if matches!(field.value_type, ValueType::Text | ValueType::Codes) => {
                Some(format!("[variants] names the field `{}`, whose values have no order", field.name))
            }
            Some(_) => None,
        }
    }

    /// Returns a personal column that would also get into records, their keys, their times or their objects.
    fn personal_column_elsewhere(&self) -> Option<&str> {
        let time = self.time.as_ref();
        let moments = [
            self.version.as_ref(),
            time.and_then(|time| time.happened_at.as_ref()),
            time.and_then(|time| time.known_at.as_ref()),
        ];
        let mut mapped: Vec<&str> =
            moments.into_iter().flatten().map(|moment| moment.column.as_str()).collect();
        mapped.extend(self.key.columns.iter().map(String::as_str));
        mapped.extend(self.fields.iter().filter_map(|field| field.column.as_deref()));
        mapped.extend(self.matching.iter().filter_map(|matching| matching.column.as_deref()));
        mapped.extend(self.territory.iter().map(|territory| territory.code.as_str()));
        mapped
            .extend(self.position.iter().flat_map(|position| [position.lat.as_str(), position.lon.as_str()]));
        if let Some(object) = &self.object {
            mapped.extend(object.title.iter().map(String::as_str));
            mapped.extend(object.parent.iter().map(|parent| parent.column.as_str()));
            mapped.extend(object.territory.iter().map(|territory| territory.column.as_str()));
            if let KindSpec::Column(kind) = &object.kind {
                mapped.push(&kind.column);
            }
        }
        let all = self.key.columns.iter().any(|column| column == "*");
        let elsewhere = |column: &&String| all || mapped.contains(&column.as_str());
        self.personal.columns.iter().find(elsewhere).map(String::as_str)
    }

    fn contradiction_of_times(&self) -> Option<String> {
        let time = self.time.as_ref();
        if time.is_some_and(|time| time.happened_at.is_none() && time.known_at.is_none()) {
            return Some("[time] names neither `happened_at` nor `known_at`".to_owned());
        }
        if time.is_some_and(|time| time.known_at_required && time.known_at.is_none()) {
            return Some("`known_at_required` needs a `known_at`".to_owned());
        }
        let happened_at = time.and_then(|time| time.happened_at.as_ref());
        let columns = [happened_at, time.and_then(|time| time.known_at.as_ref()), self.version.as_ref()];
        columns
            .into_iter()
            .flatten()
            .find_map(|column| DatePattern::new(&column.format).err().map(|problem| (column, problem)))
            .map(|(column, problem)| format!("the format of `{}`: {problem}", column.column))
    }
}
fn contradiction_of(field: &FieldSpec) -> Option<String> {
    use ValueType::{Codes, Date as Day, Float, Instant, Integer, Text};
    let is = |types: &[ValueType]| types.contains(&field.value_type);
    if field.format.is_some() && !is(&[Day, Instant]) {
        return Some("`format` is for dates and instants".to_owned());
    }
    if field.scale.is_some_and(|scale| !scale.is_finite() || scale == 0.0)
        || field.scale.is_some() && !is(&[Float])
    {
        return Some("`scale` is a factor of float values, finite and not 0".to_owned());
    }
    if field.separator.as_ref().is_some_and(String::is_empty) || field.separator.is_some() && !is(&[Codes]) {
        return Some("`separator` is for codes and is not empty".to_owned());
    }
    if field.only_mapped && field.map.is_empty() {
        return Some("`only_mapped` needs a `map`".to_owned());
    }
    let pattern = field.format.as_deref().and_then(|format| DatePattern::new(format).err());
    match field.check {
        Some(Check::Cadastral) if !is(&[Text]) => Some("the check `cadastral` is for text".to_owned()),
        Some(Check::NotInFuture | Check::NotBefore1990) if !is(&[Day, Instant]) => {
            Some("the check is for dates and instants".to_owned())
        }
        Some(_) | None if is(&[Integer]) && field.format.is_some() => {
            Some("an integer has no `format`".to_owned())
        }
        Some(_) | None => pattern,
    }
}
