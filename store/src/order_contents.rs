//! What a category order put into force: the rows of its annex.

use dozor_domain::{DecisionId, ObjectId, RiskCategory};

use crate::sql::{Row, binds};
use crate::{Store, StoreError};

/// Is one row of an order's annex.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderedCategory {
    /// The object.
    pub object: ObjectId,
    /// Its external key.
    pub key: String,
    /// Its address or name.
    pub title: String,
    /// Code of the control kind.
    pub control_kind: String,
    /// The category that the order superseded; none where none was decided before.
    pub from: Option<RiskCategory>,
    /// The category that it put into force, whether or not it still is.
    pub to: RiskCategory,
}

fn ordered(row: &Row) -> Result<OrderedCategory, StoreError> {
    let mut cells = row.cells();
    Ok(OrderedCategory {
        object: cells.take()?,
        key: cells.take()?,
        title: cells.take()?,
        control_kind: cells.take()?,
        from: cells.take()?,
        to: cells.take()?,
    })
}

impl Store {
    /// Returns what a decision put into force, by key of the object and control kind.
    ///
    /// # Errors
    /// As every read.
    pub async fn order_contents(&self, decision: DecisionId) -> Result<Vec<OrderedCategory>, StoreError> {
        self.list(
            "select n.object, o.key, o.title, n.control_kind, b.category, n.category
             from assignments n join objects o on o.id = n.object
             left join assignments b
               on b.object = n.object and b.control_kind = n.control_kind and b.superseded_by = n.decided_by
             where n.decided_by = $1
             order by o.key, n.object, n.control_kind",
            binds![decision],
            ordered,
        )
        .await
    }
}
