//! Looking at the people and groups around the scores, never in them: how inspectors differ at equal risk, how second
//! looks agree, whom the categories burden, which sources are confirmed.

mod agreement;
mod disparity;
mod inspectors;
mod proportion;

pub use agreement::{Agreement, agreement};
pub use disparity::{AuditedObject, GroupFigures, disparity};
pub use inspectors::{InspectorEffect, InspectorEvent, inspector_effects, within_inspector_auc};
pub use proportion::{Interval, Reliability, source_reliability, wilson};
