//! Steps of methodology versions, append only; and the files of a draft, the one thing that may be replaced.

use dozor_domain::MethodologyStep;

use crate::methodologies::Methodology;
use crate::sql::{Row, binds};
use crate::{Store, StoreError, WriteTx};

fn step(row: &Row) -> Result<(i64, MethodologyStep), StoreError> {
    let mut cells = row.cells();
    Ok((cells.take()?, cells.json("step of a methodology")?))
}

impl WriteTx {
    /// Adds a step of a version at its place, from 0: whoever read fewer steps than there are is refused.
    ///
    /// # Errors
    /// `STATE_CHANGED` when the place is taken.
    pub async fn insert_methodology_step(
        &mut self,
        number: i64,
        position: usize,
        step: &MethodologyStep,
    ) -> Result<(), StoreError> {
        let text = serde_json::to_string(step)
            .map_err(|source| StoreError::Json { what: "step of a methodology", source })?;
        self.execute_one(
            "insert into methodology_steps (number, position, step, at) values ($1, $2, $3, $4)
             on conflict (number, position) do nothing",
            binds![number, i64::try_from(position).unwrap_or(i64::MAX), text, step.at],
            "methodology",
            &number,
        )
        .await
    }

    /// Replaces the files of a draft, and with them the hash that names it.
    ///
    /// # Errors
    /// `STATE_CHANGED` when it is no draft or was replaced meanwhile; `DATABASE_CONSTRAINT` when another version has
    /// these files.
    pub async fn replace_draft(&mut self, before: &str, draft: &Methodology) -> Result<(), StoreError> {
        let files = serde_json::to_string(&draft.files)
            .map_err(|source| StoreError::Json { what: "files of a methodology", source })?;
        self.execute_one(
            "update methodologies set hash = $2, parent = $3, engine = $4, files = $5
             where hash = $1 and state = 'draft'",
            binds![before, &draft.hash, &draft.parent, &draft.engine, files],
            "methodology",
            &before,
        )
        .await
    }
}

impl Store {
    /// Returns the steps of all versions: number and step, by number, in order.
    ///
    /// # Errors
    /// As every read.
    pub async fn methodology_steps(&self) -> Result<Vec<(i64, MethodologyStep)>, StoreError> {
        self.list("select number, step from methodology_steps order by number, position", vec![], step).await
    }
}
