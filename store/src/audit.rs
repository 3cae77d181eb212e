//! The audit log: one entry per call of a use-case that writes, chained by hashes (docs/adr/0007-audit-entry.md).

use dozor_domain::{AuditEntry, AuditLink, Digest, Timestamp};

use crate::sql::{Row, binds};
use crate::{Store, StoreError, WriteTx};

/// Is an entry before it has a place in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditDraft {
    /// When.
    pub at: Timestamp,
    /// Who: a login, an official's name, or `system`.
    pub actor: String,
    /// The use-case, e.g. `ingest`.
    pub use_case: String,
    /// What it was about: an id or a name.
    pub subject: String,
    /// JSON object of ids, hashes, counts and salted commitments; never values of personal data.
    pub details: String,
}

/// Is a stored entry with its link in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// The entry.
    pub entry: AuditEntry,
    /// Its link.
    pub link: AuditLink,
}

/// Chooses entries.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Only of this use-case.
    pub use_case: Option<String>,
    /// Only by this actor.
    pub actor: Option<String>,
    /// Only about this.
    pub subject: Option<String>,
}

/// Says where the log ends: what a checkpoint keeps outside the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditHead {
    /// Number of entries.
    pub entries: i64,
    /// Chain value of the last; 32 zero bytes when there is none.
    pub chain: Digest,
}

/// Says where the chain breaks first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditFault {
    /// The place.
    pub position: i64,
    /// What is wrong there, in a sentence.
    pub what: String,
}

/// Is what a check of the whole log found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditReport {
    /// Where the log ends by the recomputed chain.
    pub head: AuditHead,
    /// The first fault; none in a whole log.
    pub fault: Option<AuditFault>,
}

macro_rules! select_audit {
    ($tail:literal) => {
        concat!("select position, at, actor, use_case, subject, details, leaf, chain from audit_log ", $tail)
    };
}

fn audit_row(row: &Row) -> Result<AuditRow, StoreError> {
    let mut cells = row.cells();
    Ok(AuditRow {
        entry: AuditEntry {
            position: cells.take()?,
            at: cells.take()?,
            actor: cells.take()?,
            use_case: cells.take()?,
            subject: cells.take()?,
            details: cells.take()?,
        },
        link: AuditLink { leaf: cells.take()?, chain: cells.take()? },
    })
}

impl WriteTx {
    /// Gives an entry its place under the lock of the log's counter, and links it.
    pub(crate) async fn append_audit(&mut self, draft: AuditDraft) -> Result<(), StoreError> {
        let position = self.take_numbers("audit", 1).await?;
        let previous: Digest = if position == 1 {
            [0; 32]
        } else {
            match self
                .optional("select chain from audit_log where position = $1", binds![position - 1])
                .await?
            {
                Some(row) => row.cells().take()?,
                None => {
                    let detail = format!("entry {} is not there", position - 1);
                    return Err(StoreError::Corrupt { what: "audit log", detail });
                }
            }
        };
        let AuditDraft { at, actor, use_case, subject, details } = draft;
        let entry = AuditEntry { position, at, actor, use_case, subject, details };
        let link = AuditLink::next(&previous, &entry);
        self.execute(
            "insert into audit_log (position, at, actor, use_case, subject, details, leaf, chain)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            binds![
                position,
                at,
                entry.actor,
                entry.use_case,
                entry.subject,
                entry.details,
                &link.leaf,
                &link.chain,
            ],
        )
        .await?;
        Ok(())
    }
}

impl Store {
    /// Returns entries, newest first, before a place.
    ///
    /// # Errors
    /// As every read.
    pub async fn audit_page(
        &self,
        filter: &AuditFilter,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<AuditRow>, StoreError> {
        self.list(
            select_audit!(
                "where ($1 is null or use_case = $1) and ($2 is null or actor = $2) and ($3 is null or subject = $3)
                   and ($4 is null or position < $4)
                 order by position desc limit $5"
            ),
            binds![&filter.use_case, &filter.actor, &filter.subject, before, limit],
            audit_row,
        )
        .await
    }

    /// Returns where the stored log ends.
    ///
    /// # Errors
    /// As every read.
    pub async fn audit_head(&self) -> Result<AuditHead, StoreError> {
        let head = self
            .find("select position, chain from audit_log order by position desc limit 1", vec![], |row| {
                let mut cells = row.cells();
                Ok(AuditHead { entries: cells.take()?, chain: cells.take()? })
            })
            .await?;
        Ok(head.unwrap_or(AuditHead { entries: 0, chain: [0; 32] }))
    }

    /// Returns the stored chain value at a place: what a checkpoint taken there must equal.
    ///
    /// # Errors
    /// As every read.
    pub async fn audit_chain_at(&self, position: i64) -> Result<Option<Digest>, StoreError> {
        self.find("select chain from audit_log where position = $1", binds![position], |row| {
            row.cells().take()
        })
        .await
    }

    /// Recomputes the whole chain and compares it with what is stored, entry by entry.
    ///
    /// # Errors
    /// As every read; a broken chain is no error but a fault in the report.
    pub async fn verify_audit(&self) -> Result<AuditReport, StoreError> {
        let taken = self.number("select value from counters where name = 'audit'", vec![]).await?;
        let mut head = AuditHead { entries: 0, chain: [0; 32] };
        let mut fault = None;
        self.database
            .fetch_each(select_audit!("order by position"), vec![], |row| {
                if fault.is_none() {
                    fault = advance(&mut head, &audit_row(&row)?);
                }
                Ok(())
            })
            .await?;
        if fault.is_none() && head.entries < taken {
            let what = format!("the log ends here, but {taken} entries were written");
            fault = Some(AuditFault { position: head.entries + 1, what });
        }
        Ok(AuditReport { head, fault })
    }
}

/// Moves the recomputed head over one stored entry, or says what is wrong with it.
fn advance(head: &mut AuditHead, row: &AuditRow) -> Option<AuditFault> {
    let expected = head.entries + 1;
    let fault = |what: &str| Some(AuditFault { position: expected, what: what.to_owned() });
    if row.entry.position != expected {
        return fault("the entry is not there");
    }
    let link = AuditLink::next(&head.chain, &row.entry);
    if link.leaf != row.link.leaf {
        return fault("the entry was changed after it was written");
    }
    if link.chain != row.link.chain {
        return fault("the chain was changed after it was written");
    }
    *head = AuditHead { entries: expected, chain: link.chain };
    None
}
