//! Second readings at the desk: drawn when the first decision is given, answered through the same queue by another analyst.

use dozor_domain::{Chance, DeskDecision, SecondReading, SecondVerdict, SignState, Value, ViolationSign};
use dozor_store::StoreError;
use serde_json::json;

use super::lot::NewKey;
use crate::dozor::Dozor;
use crate::error::AppError;

/// Is the source in which second readings are kept as records. No fact reads it.
pub(crate) const SECOND_READINGS: &str = "second_readings";

/// Is what the lot says of a desk decision.
pub(crate) struct Drawn {
    /// The second reading that is to follow.
    pub(crate) reading: Option<SecondReading>,
    /// The key that was made for it.
    pub(crate) key: Option<NewKey>,
}

impl Drawn {
    /// Stores what was drawn with the decision.
    pub(crate) async fn keep(&self, tx: &mut dozor_store::WriteTx) -> Result<(), AppError> {
        if let Some(key) = &self.key {
            key.keep(tx).await?;
        }
        if let Some(reading) = &self.reading {
            tx.insert_second_reading(reading).await?;
        }
        Ok(())
    }
}

impl Dozor {
    /// Draws whether a decision is read a second time. The lot hangs on the sign alone: nothing that the analyst chooses
    /// moves it.
    pub(crate) async fn draw_second_reading(&self, first: &DeskDecision) -> Result<Drawn, AppError> {
        let share = self.methodology.planner.settings.second_reading_share;
        let none = Drawn { reading: None, key: None };
        // Without the source of second readings no answer could be kept or measured.
        if !self.methodology.sources.contains_key(SECOND_READINGS) {
            return Ok(none);
        }
        let Some(inclusion) = Chance::new(share) else { return Ok(none) };
        let Some((lot, key)) = self.lot().await? else { return Ok(none) };
        let reading = lot.falls_on("reading", first.sign.as_bytes(), share).then_some(SecondReading {
            review: first.id,
            sign: first.sign,
            object: first.object,
            first_author: first.author,
            inclusion,
            drawn_at: first.decided_at,
            answer: None,
        });
        Ok(Drawn { reading, key })
    }

    /// Returns the second reading of a decided sign that waits for a reader.
    pub(crate) async fn second_reading_for(
        &self,
        sign: &ViolationSign,
        reader: dozor_domain::UserId,
    ) -> Result<Option<SecondReading>, AppError> {
        if !matches!(sign.state, SignState::Desk { .. } | SignState::Tasked { .. }) {
            return Ok(None);
        }
        let readings = self.store.second_readings_of(sign.id).await?;
        Ok(readings.into_iter().find(|reading| reading.waits_for(reader)))
    }

    /// Stores what a second reader would decide; sign and first decision stay as they are.
    ///
    /// # Errors
    /// [`AppError::SignAlreadyDecided`] when somebody gave it first, [`AppError::DecisionIdTaken`].
    pub(crate) async fn give_second_reading(
        &self,
        waiting: &SecondReading,
        said: DeskDecision,
        actor: &str,
    ) -> Result<DeskDecision, AppError> {
        let answer = SecondVerdict {
            id: said.id,
            verdict: said.verdict,
            comment: said.comment.clone(),
            author: said.author,
            read_at: said.decided_at,
        };
        let mut tx = self.store.begin().await?;
        match tx.give_second_reading(waiting.review, &answer).await {
            Ok(()) => {}
            Err(StoreError::StateChanged { .. }) => {
                tx.rollback().await?;
                return self.decided_already(&said).await;
            }
            Err(StoreError::Constraint { constraint, .. }) if constraint.contains("second_readings_id") => {
                return Err(AppError::DecisionIdTaken { id: said.id.to_string() });
            }
            Err(other) => return Err(other.into()),
        }
        let values = [
            ("rule", Value::Text(said.rule.clone())),
            ("verdict", Value::Text(said.verdict.code().to_owned())),
        ];
        self.keep_record(&mut tx, SECOND_READINGS, (&said, &values)).await?;
        let details = json!({ "sign": said.sign, "first": waiting.review, "verdict": said.verdict });
        tx.audit(self.audit(actor, "give_second_reading", &said.id.to_string(), &details));
        tx.commit().await?;
        Ok(said)
    }

    /// Returns the second reading of this id about this sign, as its reader sees it: a decision like any other.
    pub(crate) async fn read_already(&self, said: &DeskDecision) -> Result<Option<DeskDecision>, AppError> {
        let known = self.store.second_reading(said.id).await?;
        let known = known.filter(|reading| reading.sign == said.sign);
        Ok(known.and_then(|reading| reading.answer).map(|answer| DeskDecision {
            id: answer.id,
            verdict: answer.verdict,
            comment: answer.comment,
            author: answer.author,
            decided_at: answer.read_at,
            ..said.clone()
        }))
    }

    /// Returns what a user read a second time, as he sees it.
    pub(crate) async fn read_by(&self, user: dozor_domain::UserId) -> Result<Vec<DeskDecision>, AppError> {
        let mut read = Vec::new();
        for reading in self.store.second_readings_by(user).await? {
            let sign = self.store.sign(reading.sign).await?;
            if let (Some(sign), Some(answer)) = (sign, reading.answer) {
                read.push(DeskDecision {
                    id: answer.id,
                    sign: sign.id,
                    object: sign.object,
                    rule: sign.rule,
                    points: sign.points,
                    verdict: answer.verdict,
                    comment: answer.comment,
                    author: answer.author,
                    decided_at: answer.read_at,
                });
            }
        }
        Ok(read)
    }
}
