//! Labels: Rhai over the fields of one outcome record. `none` is asked first; what cannot be answered is no label,
//! never a negative (not visible and no access are not negatives).

use dozor_domain::{ColumnData, FieldDefinition, RecordColumns};
use dozor_script::{Answer, Answered, Cell, Engine, Names, Program, Row};

use crate::ScoringError;
use crate::spec::{ModelSpec, OutcomeSpec};

#[derive(Debug)]
struct Expression {
    program: Program,
    /// Place in the schema of each name that the program reads.
    fields: Vec<usize>,
}

/// Holds the compiled label expressions of a model.
#[derive(Debug)]
pub struct LabelRule {
    none: Option<Expression>,
    positive: Expression,
    negative: Expression,
}

struct RecordRow<'a> {
    records: &'a RecordColumns,
    fields: &'a [usize],
    row: usize,
}

impl Row for RecordRow<'_> {
    fn cell(&self, read: usize) -> Cell<'_> {
        let column = self.fields.get(read).and_then(|&field| self.records.fields.get(field));
        match column {
            None => Cell::Missing,
            Some(ColumnData::Text { codes, dictionary }) => {
                let text = codes.get(self.row).and_then(|&code| dictionary.get(code as usize));
                text.map_or(Cell::Missing, |text| Cell::Text(text))
            }
            Some(ColumnData::Integer { values, valid }) => {
                match (values.get(self.row), valid.get(self.row)) {
                    (Some(&number), Some(true)) => Cell::Integer(number),
                    _ => Cell::Missing,
                }
            }
            Some(ColumnData::Float(values)) => match values.get(self.row) {
                Some(number) if number.is_finite() => Cell::Float(*number),
                _ => Cell::Missing,
            },
            Some(ColumnData::Boolean(values)) => match values.get(self.row) {
                Some(0) => Cell::Boolean(false),
                Some(1) => Cell::Boolean(true),
                _ => Cell::Missing,
            },
            Some(ColumnData::Codes(values)) => match values.get(self.row) {
                Some(Some(codes)) => Cell::Codes(codes),
                _ => Cell::Missing,
            },
        }
    }
}

impl LabelRule {
    /// Compiles the label expressions of a model against the schema of its outcome source.
    ///
    /// # Errors
    /// [`ScoringError::Label`] for an expression that does not compile or reads an undeclared field.
    pub fn compile(spec: &ModelSpec, schema: &[FieldDefinition]) -> Result<Self, ScoringError> {
        Self::compile_outcome(&spec.outcome, schema)
    }

    /// Compiles the label expressions of any source of answers against its schema.
    ///
    /// # Errors
    /// As [`LabelRule::compile`].
    pub fn compile_outcome(outcome: &OutcomeSpec, schema: &[FieldDefinition]) -> Result<Self, ScoringError> {
        let names: Names = schema.iter().map(|field| (field.name.as_str(), field.value_type)).collect();
        let engine = Engine::new();
        let compile = |text: &String| {
            let problem = |problem: String| ScoringError::Label { expression: text.clone(), problem };
            let program = engine.compile(text, &names).map_err(|error| problem(error.to_string()))?;
            let place = |name: &String| schema.iter().position(|field| field.name == *name);
            let fields = program
                .reads()
                .iter()
                .map(|name| place(name).ok_or_else(|| problem(format!("no field «{name}»"))))
                .collect::<Result<_, _>>()?;
            Ok(Expression { program, fields })
        };
        Ok(Self {
            none: outcome.none.as_ref().map(compile).transpose()?,
            positive: compile(&outcome.positive)?,
            negative: compile(&outcome.negative)?,
        })
    }

    /// Returns the label of one outcome record: a violation, none found, or no label.
    pub fn label(&self, records: &RecordColumns, row: usize) -> Option<bool> {
        let answer = |expression: &Expression| {
            let cells = RecordRow { records, fields: &expression.fields, row };
            expression.program.run(&cells)
        };
        let holds = |expression: &Expression| answer(expression) == Answer::Value(Answered::Boolean(true));
        // An outcome of which nobody can tell whether it counts does not count.
        if let Some(none) = &self.none
            && answer(none) != Answer::Value(Answered::Boolean(false))
        {
            return None;
        }
        if holds(&self.positive) {
            return Some(true);
        }
        holds(&self.negative).then_some(false)
    }
}

#[cfg(test)]
mod tests {
    use dozor_domain::{Coded, RecordColumnsBuilder, RecordId, RecordRow as NewRow, Value, ValueType};

    use super::*;

    fn spec(positive: &str) -> ModelSpec {
        ModelSpec::parse(&format!(
            "name = \"m\"\ncapacity_k = 1\n[outcome]\nsource = \"events\"\npositive = '{positive}'\n\
             negative = 'result == \"none\"'\nnone = 'result == \"annulled\"'\n[training]\nl2 = 1.0\n\
             [calibration]\nshare = 0.2\n[[features]]\nfact = \"a\"\n"
        ))
        .unwrap()
    }

    fn records(results: &[Option<&str>]) -> RecordColumns {
        let schema = vec![FieldDefinition { name: "result".into(), value_type: ValueType::Text }];
        let mut builder = RecordColumnsBuilder::new("events", schema, results.len());
        for (at, result) in results.iter().enumerate() {
            let key = at.to_string();
            let row = NewRow {
                id: RecordId::derive("p", "events", &key, 1, &[0; 32]),
                external_id: &key,
                version: 1,
                preference: 0,
                content_hash: [0; 32],
                object: u32::try_from(at).unwrap(),
                happened_at: 0,
                known_at: 0,
                ended_at: dozor_domain::NO_TIME,
                seq: 1,
                position: None,
                geometry: None,
            };
            builder.push(row, [result.map(|text| Value::Text(text.to_owned()))]);
        }
        builder.finish()
    }

    #[test]
    fn no_access_annulled_and_missing_results_are_no_labels() {
        let results = [
            Some("violation"),
            Some("none"),
            Some("annulled"),
            Some("no_access"),
            None,
            Some("other_violation"),
        ];
        let records = records(&results);
        let spec = spec("result == \"violation\" || result == \"other_violation\"");
        let rule = LabelRule::compile(&spec, &records.schema).unwrap();
        let labels: Vec<_> = (0..results.len()).map(|row| rule.label(&records, row)).collect();
        assert_eq!(labels, [Some(true), Some(false), None, None, None, Some(true)]);
    }

    #[test]
    fn what_none_cannot_answer_is_no_label() {
        let mut spec = spec("result != \"none\"");
        spec.outcome.none = Some("note == \"annulled\"".to_owned());
        let schema = ["result", "note"]
            .map(|name| FieldDefinition { name: name.into(), value_type: ValueType::Text })
            .to_vec();
        let mut builder = RecordColumnsBuilder::new("events", schema.clone(), 2);
        for (at, note) in [Some("kept"), None].into_iter().enumerate() {
            let key = at.to_string();
            let row = NewRow {
                id: RecordId::derive("p", "events", &key, 1, &[0; 32]),
                external_id: &key,
                version: 1,
                preference: 0,
                content_hash: [0; 32],
                object: u32::try_from(at).unwrap(),
                happened_at: 0,
                known_at: 0,
                ended_at: dozor_domain::NO_TIME,
                seq: 1,
                position: None,
                geometry: None,
            };
            let text = |text: &str| Value::Text(text.to_owned());
            builder.push(row, [Some(text("violation")), note.map(text)]);
        }
        let records = builder.finish();
        let rule = LabelRule::compile(&spec, &schema).unwrap();
        assert_eq!([rule.label(&records, 0), rule.label(&records, 1)], [Some(true), None]);
    }

    #[test]
    fn an_undeclared_field_is_refused_with_a_code() {
        let error = LabelRule::compile(&spec("verdict == 1"), &records(&[]).schema).unwrap_err();
        assert_eq!(error.info().code, "MODEL_LABEL");
    }
}
