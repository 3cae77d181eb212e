//! Assessments: the append-only results of runs.

use dozor_domain::{Assessment, ObjectId, Probability, RiskCategory, RuleState, RunId};

use crate::runs::Run;
use crate::sql::{Bulk, Cells, Row, binds};
use crate::{Store, StoreError, WriteTx};

/// Is an assessment without its reasons: what lists, maps and exports need of a whole run.
#[derive(Clone, Debug, PartialEq)]
pub struct AssessmentHead {
    /// The object.
    pub object: ObjectId,
    /// Code of the control kind.
    pub control_kind: String,
    /// What the rules alone give.
    pub rule_category: RiskCategory,
    /// What the policy gives.
    pub category: RiskCategory,
    /// The highest category that unknown rules could give.
    pub highest_if_unknown: RiskCategory,
    /// Calibrated probability.
    pub probability: Option<f64>,
    /// Sum of points.
    pub points: f64,
    /// Order of work.
    pub score: f64,
}

const ASSESSMENTS: Bulk = Bulk {
    table: "assessments",
    columns: &[
        "run",
        "object",
        "control_kind",
        "rule_category",
        "category",
        "highest_if_unknown",
        "probability",
        "points",
        "score",
        "rules",
        "basis",
        "facts_hash",
    ],
    tail: "",
};

macro_rules! select_assessments {
    ($tail:literal) => {
        concat!(
            "select run, object, control_kind, rule_category, category, highest_if_unknown, probability, points, score,
               rules, basis, facts_hash from assessments ",
            $tail
        )
    };
}

/// Is what the rules answered at one object under one control kind.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleAnswers {
    /// The object.
    pub object: ObjectId,
    /// Code of the control kind.
    pub control_kind: String,
    /// Rules that answered, by id, except those not fired.
    pub rules: Vec<(String, RuleState)>,
}

fn probability(cells: &mut Cells<'_>) -> Result<Option<Probability>, StoreError> {
    let number: Option<f64> = cells.take()?;
    number
        .map(|number| {
            Probability::new(number).ok_or_else(|| StoreError::Corrupt {
                what: "assessment",
                detail: format!("{number} is no probability"),
            })
        })
        .transpose()
}

fn assessment_from(cells: &mut Cells<'_>) -> Result<Assessment, StoreError> {
    Ok(Assessment {
        run: cells.take()?,
        object: cells.take()?,
        control_kind: cells.take()?,
        rule_category: cells.take()?,
        category: cells.take()?,
        highest_if_unknown: cells.take()?,
        probability: probability(cells)?,
        points: cells.take()?,
        score: cells.take()?,
        rules: cells.json("assessment")?,
        basis: cells.json("assessment")?,
        facts_hash: cells.take()?,
    })
}

fn assessment(row: &Row) -> Result<Assessment, StoreError> {
    assessment_from(&mut row.cells())
}

fn head(row: &Row) -> Result<AssessmentHead, StoreError> {
    let mut cells = row.cells();
    Ok(AssessmentHead {
        object: cells.take()?,
        control_kind: cells.take()?,
        rule_category: cells.take()?,
        category: cells.take()?,
        highest_if_unknown: cells.take()?,
        probability: cells.take()?,
        points: cells.take()?,
        score: cells.take()?,
    })
}

impl WriteTx {
    /// Adds assessments. Sorted by object they go in fastest.
    ///
    /// # Errors
    /// `DATABASE_CONSTRAINT` when one of them is there.
    pub async fn insert_assessments(&mut self, assessments: &[Assessment]) -> Result<(), StoreError> {
        let json = |source| StoreError::Json { what: "assessment", source };
        let mut values = Vec::with_capacity(assessments.len() * ASSESSMENTS.columns.len());
        for assessment in assessments {
            values.extend(binds![
                assessment.run,
                assessment.object,
                &assessment.control_kind,
                assessment.rule_category,
                assessment.category,
                assessment.highest_if_unknown,
                assessment.probability.map(Probability::get),
                assessment.points,
                assessment.score,
                serde_json::to_string(&assessment.rules).map_err(json)?,
                serde_json::to_string(&assessment.basis).map_err(json)?,
                &assessment.facts_hash,
            ]);
        }
        self.insert_many(&ASSESSMENTS, values).await?;
        Ok(())
    }
}

impl Store {
    /// Returns one assessment of a run.
    ///
    /// # Errors
    /// As every read.
    pub async fn assessment(
        &self,
        run: RunId,
        object: ObjectId,
        control_kind: &str,
    ) -> Result<Option<Assessment>, StoreError> {
        self.find(
            select_assessments!("where run = $1 and object = $2 and control_kind = $3"),
            binds![run, object, control_kind],
            assessment,
        )
        .await
    }

    /// Returns assessments of a run by object and control kind, after a place given by the last one seen.
    ///
    /// # Errors
    /// As every read.
    pub async fn assessments(
        &self,
        run: RunId,
        after: Option<(ObjectId, &str)>,
        limit: i64,
    ) -> Result<Vec<Assessment>, StoreError> {
        let (object, kind) = after.unzip();
        self.list(
            select_assessments!(
                "where run = $1 and ($2 is null or (object, control_kind) > ($2, $3))
                 order by object, control_kind limit $4"
            ),
            binds![run, object, kind, limit],
            assessment,
        )
        .await
    }

    /// Returns all assessments of a run without their reasons, by object and control kind.
    ///
    /// # Errors
    /// As every read.
    pub async fn assessment_heads(&self, run: RunId) -> Result<Vec<AssessmentHead>, StoreError> {
        self.list(
            "select object, control_kind, rule_category, category, highest_if_unknown, probability, points, score
             from assessments where run = $1 order by object, control_kind",
            binds![run],
            head,
        )
        .await
    }

    /// Returns what the rules answered in a run, by object and control kind, where any fired or could not tell.
    ///
    /// # Errors
    /// As every read.
    pub async fn rule_answers(&self, run: RunId) -> Result<Vec<RuleAnswers>, StoreError> {
        self.list(
            "select object, control_kind, rules from assessments where run = $1 and rules <> '[]'
             order by object, control_kind",
            binds![run],
            |row| {
                let mut cells = row.cells();
                Ok(RuleAnswers {
                    object: cells.take()?,
                    control_kind: cells.take()?,
                    rules: cells.json("assessment")?,
                })
            },
        )
        .await
    }

    /// Returns how many assessments of a run are stored.
    ///
    /// # Errors
    /// As every read.
    pub async fn assessment_count(&self, run: RunId) -> Result<i64, StoreError> {
        self.number("select count(*) from assessments where run = $1", binds![run]).await
    }

    /// Returns the assessments of an object in finished runs, newest run first.
    ///
    /// # Errors
    /// As every read.
    pub async fn assessments_of(&self, object: ObjectId) -> Result<Vec<(Run, Assessment)>, StoreError> {
        self.list(
            "select r.id, r.methodology, r.model, r.engine, r.as_of, r.up_to_seq, r.facts, r.started_at, r.finished_at,
               r.assessments,
               a.run, a.object, a.control_kind, a.rule_category, a.category, a.highest_if_unknown, a.probability,
               a.points, a.score, a.rules, a.basis, a.facts_hash
             from assessments a join runs r on r.id = a.run
             where a.object = $1 and r.finished_at is not null
             order by r.as_of desc, r.finished_at desc, a.run, a.control_kind",
            binds![object],
            |row| Ok((crate::runs::run(row)?, assessment_from(&mut row.cells_from(10))?)),
        )
        .await
    }
}
