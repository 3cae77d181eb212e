//! The register: one row per object and control kind in force, filtered, ordered, page by page.

use dozor_domain::{ObjectId, Position, RiskCategory};

use crate::page::{Cursor, Page, like_pattern};
use crate::records::position;
use crate::sql::{Bind, Row, binds, category_rank};
use crate::{Store, StoreError};

/// Says in which order the register is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RegisterOrder {
    /// By registry key.
    #[default]
    Key,
    /// By category, then by score, the heaviest first; then by key.
    Urgency,
}

/// Chooses rows of the register.
#[derive(Clone, Debug, Default)]
pub struct RegisterFilter {
    /// Only categories under this control kind.
    pub control_kind: Option<String>,
    /// Only these categories; empty = all. An object without a decided category counts as low.
    pub categories: Vec<RiskCategory>,
    /// Only these kinds of object; empty = all.
    pub kinds: Vec<String>,
    /// Only in this territory.
    pub territory: Option<String>,
    /// Only where key or title hold this text, in any case of letters.
    pub text: Option<String>,
    /// The order.
    pub order: RegisterOrder,
}

/// Is one row of the register.
#[derive(Clone, Debug, PartialEq)]
pub struct RegisterRow {
    /// The object.
    pub object: ObjectId,
    /// Its registry key.
    pub key: String,
    /// Its kind.
    pub kind: String,
    /// Address or name.
    pub title: String,
    /// Its territory.
    pub territory: Option<String>,
    /// Where it is.
    pub position: Option<Position>,
    /// The control kind of the category; none while no category was decided.
    pub control_kind: Option<String>,
    /// The category in force; low when none was decided.
    pub category: RiskCategory,
    /// Order inside the category.
    pub score: Option<f64>,
    /// Calibrated probability behind it.
    pub probability: Option<f64>,
}

macro_rules! register_sql {
    ($columns:literal, $tail:literal) => {
        concat!(
            "select ",
            $columns,
            " from objects o left join assignments a
               on a.object = o.id and a.state = 'active' and ($1 is null or a.control_kind = $1)
             where ($2 = 0 or (($2 >> cast(coalesce(a.category, 0) as integer)) & 1) = 1)
               and ($3 is null or replace($3, ',' || o.kind || ',', '') <> $3)
               and ($4 is null or o.territory = $4)
               and ($5 is null or o.search like $5 escape '\\') ",
            $tail
        )
    };
}

macro_rules! register_page {
    ($tail:literal) => {
        register_sql!(
            "o.id, o.key, o.kind, o.title, o.territory, o.lat, o.lon, a.control_kind, coalesce(a.category, 0), a.score,
               a.probability",
            $tail
        )
    };
}

const BY_KEY: &str = register_page!(
    "and ($6 is null or (o.key, o.id, coalesce(a.control_kind, '')) > ($6, $7, $8))
     order by o.key, o.id, coalesce(a.control_kind, '') limit $9"
);

const BY_URGENCY: &str = register_page!(
    "and ($6 is null or (-coalesce(a.category, 0), -coalesce(a.score, 0.0), o.key, o.id, coalesce(a.control_kind, ''))
            > ($9, $10, $6, $7, $8))
     order by -coalesce(a.category, 0), -coalesce(a.score, 0.0), o.key, o.id, coalesce(a.control_kind, '') limit $11"
);

impl RegisterFilter {
    fn binds(&self) -> Vec<Bind> {
        let categories =
            self.categories.iter().fold(0_i64, |bits, category| bits | 1 << category_rank(*category));
        let kinds = (!self.kinds.is_empty()).then(|| format!(",{},", self.kinds.join(",")));
        let text = self.text.as_deref().filter(|text| !text.trim().is_empty()).map(like_pattern);
        binds![&self.control_kind, categories, kinds, &self.territory, text]
    }
}

fn register_row(row: &Row) -> Result<RegisterRow, StoreError> {
    let mut cells = row.cells();
    Ok(RegisterRow {
        object: cells.take()?,
        key: cells.take()?,
        kind: cells.take()?,
        title: cells.take()?,
        territory: cells.take()?,
        position: position(&mut cells)?,
        control_kind: cells.take()?,
        category: cells.take()?,
        score: cells.take()?,
        probability: cells.take()?,
    })
}

impl RegisterRow {
    fn cursor(&self) -> Cursor {
        let rank = -f64::from(u8::try_from(category_rank(self.category)).unwrap_or(0));
        let kind = self.control_kind.as_deref().unwrap_or_default();
        Cursor::new(rank, -self.score.unwrap_or(0.0), &self.key, self.object.as_bytes(), kind)
    }
}

impl Store {
    /// Returns one page of the register, after the place where the last one ended.
    ///
    /// # Errors
    /// As every read.
    pub async fn register(
        &self,
        filter: &RegisterFilter,
        after: Option<&Cursor>,
        limit: i64,
    ) -> Result<Page<RegisterRow>, StoreError> {
        let mut binds = filter.binds();
        binds.extend(binds![after.map(Cursor::text), after.map(Cursor::id), after.map(Cursor::kind)]);
        let sql = match filter.order {
            RegisterOrder::Key => BY_KEY,
            RegisterOrder::Urgency => {
                binds.extend(binds![after.map(Cursor::first), after.map(Cursor::second)]);
                BY_URGENCY
            }
        };
        binds.push(Bind::from(limit.saturating_add(1)));
        let rows = self.list(sql, binds, register_row).await?;
        Ok(Page::cut(rows, limit, RegisterRow::cursor))
    }

    /// Returns the number of rows that the filter chooses.
    ///
    /// # Errors
    /// As every read.
    pub async fn register_count(&self, filter: &RegisterFilter) -> Result<i64, StoreError> {
        self.number(register_sql!("count(*)", ""), filter.binds()).await
    }

    /// Returns the number of objects in each category in force, by control kind.
    ///
    /// # Errors
    /// As every read.
    pub async fn category_counts(&self) -> Result<Vec<(String, RiskCategory, u64)>, StoreError> {
        self.list(
            "select control_kind, category, count(*) from assignments where state = 'active'
             group by control_kind, category order by control_kind, category",
            vec![],
            |row| {
                let mut cells = row.cells();
                Ok((cells.take()?, cells.take()?, cells.take()?))
            },
        )
        .await
    }
}
