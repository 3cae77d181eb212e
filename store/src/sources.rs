//! Sources as they are declared, and what has come from each.

use dozor_domain::{Delivery, FieldDefinition, Localized, Subject, Timestamp, Version};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::sql::{Row, binds};
use crate::{Store, StoreError, WriteTx};

/// Is what the database keeps of a source's declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRow {
    /// Name.
    pub name: String,
    /// Name for people.
    pub title: Localized,
    /// What its records are about.
    pub subject: Subject,
    /// How its deliveries relate.
    pub delivery: Delivery,
    /// Declared fields.
    pub schema: Vec<FieldDefinition>,
    /// Hash of the declaration.
    pub spec_hash: String,
}

/// Is a source with what has come from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceStatus {
    /// The source.
    pub source: SourceRow,
    /// Packages received.
    pub packages: u64,
    /// Rows refused.
    pub rejected: u64,
    /// Stored versions of records.
    pub records: u64,
    /// When a package last came.
    pub last_received_at: Option<Timestamp>,
    /// Version of the newest delivery.
    pub last_delivery: Option<Version>,
}

/// Returns the code by which serde writes a unit variant.
pub(crate) fn enum_code<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(code)) => code,
        _ => String::new(),
    }
}

/// Reads the code that [`enum_code`] writes.
pub(crate) fn enum_from_code<T: DeserializeOwned>(code: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(code.to_owned())).ok()
}

fn source(row: &Row) -> Result<SourceRow, StoreError> {
    let mut cells = row.cells();
    Ok(SourceRow {
        name: cells.take()?,
        title: Localized { ru: cells.take()?, en: cells.take()? },
        subject: cells.code("source", enum_from_code)?,
        delivery: cells.code("source", enum_from_code)?,
        schema: cells.json("source")?,
        spec_hash: cells.take()?,
    })
}

impl WriteTx {
    /// Adds a source, or changes what is kept of its declaration.
    ///
    /// # Errors
    /// As every write.
    pub async fn put_source(&mut self, source: &SourceRow) -> Result<(), StoreError> {
        let fields = serde_json::to_string(&source.schema)
            .map_err(|fault| StoreError::Json { what: "fields of a source", source: fault })?;
        self.execute(
            "insert into sources (number, name, title_ru, title_en, subject, delivery, fields, spec_hash)
             select coalesce(max(number), 0) + 1, $1, $2, $3, $4, $5, $6, $7 from sources where true
             on conflict (name) do update set title_ru = excluded.title_ru, title_en = excluded.title_en,
               subject = excluded.subject, delivery = excluded.delivery, fields = excluded.fields,
               spec_hash = excluded.spec_hash",
            binds![
                &source.name,
                &source.title.ru,
                &source.title.en,
                enum_code(&source.subject),
                enum_code(&source.delivery),
                fields,
                &source.spec_hash,
            ],
        )
        .await?;
        Ok(())
    }
}

impl Store {
    /// Returns a source.
    ///
    /// # Errors
    /// As every read.
    pub async fn source(&self, name: &str) -> Result<Option<SourceRow>, StoreError> {
        self.find(
            "select name, title_ru, title_en, subject, delivery, fields, spec_hash from sources where name = $1",
            binds![name],
            source,
        )
        .await
    }

    /// Returns all sources by name, with what has come from each.
    ///
    /// # Errors
    /// As every read.
    pub async fn sources(&self) -> Result<Vec<SourceStatus>, StoreError> {
        self.list(
            "select s.name, s.title_ru, s.title_en, s.subject, s.delivery, s.fields, s.spec_hash,
               coalesce(p.packages, 0), coalesce(p.rejected, 0),
               (select count(*) from records r where r.source = s.number), p.last_received, p.last_delivery
             from sources s left join
               (select source, count(*) as packages, cast(sum(rejected) as bigint) as rejected,
                  max(received_at) as last_received, max(delivery_version) as last_delivery
                from packages group by source) p on p.source = s.name
             order by s.name",
            vec![],
            |row| {
                let declared = source(row)?;
                let mut cells = row.cells_from(7);
                Ok(SourceStatus {
                    source: declared,
                    packages: cells.take()?,
                    rejected: cells.take()?,
                    records: cells.take()?,
                    last_received_at: cells.take()?,
                    last_delivery: cells.take()?,
                })
            },
        )
        .await
    }
}
