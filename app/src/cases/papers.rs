//! Papers by which others agreed to events: lines of the plan of a year, the prosecutor's consents.

use std::collections::HashMap;

use dozor_domain::{AgreedPaper, ObjectId, RecordColumns, Timestamp, Value};
use dozor_planner::{PaperSource, PlannedEvent};
use dozor_store::GeometryUse;
use jiff::civil::Date;

use crate::dozor::Dozor;
use crate::error::AppError;

/// Holds what papers say on a day, by object, sorted.
#[derive(Debug, Default)]
pub(super) struct Papers {
    /// Lines of the plan.
    pub(super) planned: HashMap<ObjectId, Vec<PlannedEvent>>,
    /// Consents.
    pub(super) consents: HashMap<ObjectId, Vec<AgreedPaper>>,
}

impl Dozor {
    /// Reads the papers that hold on a day, as known at an instant.
    pub(super) async fn papers(&self, moment: (Date, Timestamp)) -> Result<Papers, AppError> {
        let mut papers = Papers::default();
        let sources = &self.methodology.planner.settings.papers;
        if let Some(source) = &sources.planned {
            for (object, event) in self.papers_of(source, moment).await? {
                papers.planned.entry(object).or_default().push(event);
            }
        }
        if let Some(source) = &sources.consents {
            for (object, event) in self.papers_of(source, moment).await? {
                papers.consents.entry(object).or_default().push(event.paper);
            }
        }
        papers.planned.values_mut().for_each(|events| events.sort());
        papers.consents.values_mut().for_each(|consents| consents.sort());
        Ok(papers)
    }

    async fn papers_of(
        &self,
        line: &PaperSource,
        (day, as_of): (Date, Timestamp),
    ) -> Result<Vec<(ObjectId, PlannedEvent)>, AppError> {
        let up_to_seq = self.store.last_seq().await?;
        let objects = self.store.load_objects_at(GeometryUse::Skip, up_to_seq).await?;
        let records = self.all_fields(&line.source, &objects, up_to_seq).await?;
        let found = papers_in(&records, line, (day, as_of, up_to_seq)).into_iter();
        Ok(found.filter_map(|(at, event)| Some((objects.rows().get(at as usize)?.id, event))).collect())
    }
}

/// Returns the papers that hold on a day, by the number of the object; one that lacks a part agrees to nothing.
fn papers_in(
    records: &RecordColumns,
    line: &PaperSource,
    (day, as_of, up_to_seq): (Date, Timestamp, i64),
) -> Vec<(u32, PlannedEvent)> {
    let text = |row, name| match records.value(row, name)? {
        Value::Text(text) => Some(text),
        _ => None,
    };
    let date = |row, name| match records.value(row, name)? {
        Value::Date(date) => Some(date),
        _ => None,
    };
    let event = |row: usize| {
        let paper = AgreedPaper {
            number: text(row, &line.number)?,
            on: date(row, &line.agreed_on)?,
            event_kind: text(row, &line.event_kind)?,
        };
        Some(PlannedEvent { from: date(row, &line.from)?, to: date(row, &line.to)?, paper })
    };
    records
        .current_of_objects(as_of.micros(), up_to_seq)
        .filter_map(|row| Some((records.objects[row], event(row)?)))
        .filter(|(_, event)| (event.from..=event.to).contains(&day))
        .collect()
}

#[cfg(test)]
mod tests {
    use dozor_domain::{NO_OBJECT, RecordColumnsBuilder, ValueType};
    use jiff::civil::date;

    use super::*;
    use crate::test_records::{field, record};

    #[test]
    fn a_paper_agrees_only_within_its_days_and_when_it_is_whole_and_known() {
        let schema = vec![
            field("number", ValueType::Text),
            field("on", ValueType::Date),
            field("kind", ValueType::Text),
            field("from", ValueType::Date),
            field("to", ValueType::Date),
        ];
        let mut builder = RecordColumnsBuilder::new("plan", schema, 3);
        let mut line = |key: &str, known_at, object, on: Option<Date>, to: Date| {
            let text = |text: &str| Some(Value::Text(text.to_owned()));
            let from = Some(Value::Date(date(2026, 11, 1)));
            let cells =
                [text(key), on.map(Value::Date), text("inspection_visit"), from, Some(Value::Date(to))];
            builder.push(record("plan", key, known_at, object), cells);
        };
        let agreed = Some(date(2025, 12, 1));
        line("a", 1, 0, agreed, date(2026, 11, 30));
        line("b", 1, 1, agreed, date(2026, 11, 22));
        line("c", 1, 2, None, date(2026, 11, 30));
        line("d", 9, 2, agreed, date(2026, 11, 30));
        line("e", 1, NO_OBJECT, agreed, date(2026, 11, 30));
        let name = str::to_owned;
        let source = PaperSource {
            source: name("plan"),
            number: name("number"),
            agreed_on: name("on"),
            event_kind: name("kind"),
            from: name("from"),
            to: name("to"),
        };
        let records = builder.finish();
        let found = |day, known: i64| {
            let found = papers_in(&records, &source, (day, Timestamp::from_micros(known), 1));
            let mut found: Vec<String> = found.into_iter().map(|(_, event)| event.paper.number).collect();
            found.sort();
            found
        };
        assert_eq!(found(date(2026, 11, 23), 5), ["a"]);
        assert_eq!(found(date(2026, 11, 22), 5), ["a", "b"], "to its last day");
        assert_eq!(found(date(2026, 11, 23), 9), ["a", "d"], "as soon as it is known");
        assert_eq!(found(date(2026, 10, 31), 9), Vec::<String>::new());
    }
}
