//! Whether a run may be decided: a rule that failed on more than a small share of the objects says that something is
//! broken, and a batch of categories made by it must not come into force.

use dozor_domain::RunHeader;

use crate::dozor::{Dozor, blocking};
use crate::error::AppError;

impl Dozor {
    /// Refuses a run in which a rule failed on more objects than `failed_rows` of publication.toml allows. The
    /// answers are computed again from the stored facts of the run.
    ///
    /// # Errors
    /// [`AppError::RunFailedRules`]; the store's.
    pub(crate) async fn expect_sound(&self, header: &RunHeader) -> Result<(), AppError> {
        let methodology = self.methodology_of(header).await?;
        let table = self.facts_of_run(header).await?;
        let (run, allowed) = (header.id, self.methodology.publication.failed_rows);
        blocking("the failures of the rules", move || {
            let verdicts = methodology.rules.evaluate_columns(&table)?;
            for (head, column) in verdicts.heads.iter().zip(&verdicts.columns) {
                let (failed, objects) = (column.errors.len(), table.len());
                if as_share(failed, objects) > allowed {
                    let rule = head.id.clone();
                    return Err(AppError::RunFailedRules { run, rule, failed, objects });
                }
            }
            Ok(())
        })
        .await?
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of objects are far below 2^53")]
fn as_share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
