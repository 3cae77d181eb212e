//! `gate`: may this kind of event on this ground be started for this object on this day? For any day, with the category
//! that was in force on it, and whether the data hold that ground. Nothing is stored: orders ask the gate themselves.

use dozor_domain::{Ground, ObjectRow};
use dozor_planner::{
    CategoryStanding, Circumstances, Gate, GroundKind, Manner, Moment, ObjectCase, Question,
};
use jiff::civil::Date;

use crate::cases::standing;
use crate::dozor::Dozor;
use crate::error::AppError;
use crate::gate_papers::{GatePapers, code};
use crate::ground_on_record::NamedGround;
use crate::known_case::KnownCase;
use crate::queries::common::Localized;
use crate::queries::gate::{GateAnswer, GateRefusal};

/// Is what the gate is asked, as people write it.
#[derive(Clone, Debug, Default)]
pub struct GateCall {
    /// Registry key of the object.
    pub object: String,
    /// Code of the kind of control; none where the object has but one.
    pub control_kind: Option<String>,
    /// Code of the kind of event.
    pub event: String,
    /// Code of the ground, as in `events.toml`.
    pub ground: String,
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// `planning`, `signing` or `start`; planning where none is named.
    pub moment: Option<String>,
    /// What papers and people say of the case beside its records.
    pub papers: GatePapers,
}

impl Dozor {
    /// Asks the gate about an object on a day, also a past one.
    ///
    /// # Errors
    /// [`AppError::DateInvalid`], [`AppError::ObjectNotFound`]; [`AppError::GateContradiction`] where papers and records say
    /// different things; [`AppError::GateQuestion`] for a code that is none, for an
    /// inspector who is nobody of the staff, or where the kind of control must be named; the store's.
    pub async fn ask_gate(&self, call: &GateCall) -> Result<GateAnswer, AppError> {
        let day = self.day(&call.date)?;
        let ground: GroundKind = code("ground", &call.ground)?;
        let moment: Moment =
            call.moment.as_deref().map_or(Ok(Moment::Planning), |text| code("moment", text))?;
        let found = self.store.objects_by_key(&call.object).await?.into_iter().next();
        let object = found.ok_or_else(|| AppError::ObjectNotFound { key: call.object.clone() })?;
        let control_kind = self.control_kind_asked(call, &object)?;
        self.expect_known(call, day).await?;
        let on_record = self.standing_on(&object, &control_kind, day).await?;
        let category = call.papers.standing(on_record)?;
        let known = self.known_case((object.id, &control_kind), day).await?;
        let circumstances = self.circumstances(call, (&object, &control_kind), (&known, ground, day)).await?;
        let (object_id, event) = (object.id, call.event.as_str());
        let named = NamedGround { object: object_id, control_kind: &control_kind, ground, event, day };
        let ground_on_record = self.is_on_record(&named, (category.category(), &known)).await?;
        let question = Question {
            moment,
            event: &call.event,
            ground,
            control_kind: &control_kind,
            category,
            circumstances,
        };
        let planner = &self.methodology.planner;
        let manner = Manner::agreed(known.appointment, day);
        let question = question.lasting_by_the_pack(planner, (&object.kind, day), manner);
        let refusals = Gate::new(planner, day).refusals(&question);
        let line = planner.events.lines().iter().find(|line| line.code == call.event);
        let decided = match on_record {
            CategoryStanding::Decided { on, .. } => on,
            CategoryStanding::Proposed | CategoryStanding::AgainstCriteria { .. } => None,
        };
        Ok(GateAnswer {
            object: object.key,
            event: call.event.clone(),
            event_title: line.map_or_else(|| Localized::same(&call.event), |line| (&line.title).into()),
            ground: call.ground.clone(),
            ground_on_record,
            date: day.to_string(),
            moment: call.moment.clone().unwrap_or_else(|| "planning".to_owned()),
            category: category.category().into(),
            category_decided_on: decided.map(|day| day.to_string()),
            allowed: refusals.is_empty(),
            refusals: refusals.iter().map(GateRefusal::from).collect(),
            control_kind,
        })
    }

    /// Returns the kind of control that is meant.
    fn control_kind_asked(&self, call: &GateCall, object: &ObjectRow) -> Result<String, AppError> {
        let manifest = &self.methodology.manifest;
        let known = |code: &String| manifest.control_kinds.iter().any(|kind| kind.code == *code);
        if let Some(code) = &call.control_kind {
            return match known(code) {
                true => Ok(code.clone()),
                false => Err(AppError::GateQuestion { problem: format!("«{code}» is no kind of control") }),
            };
        }
        let of_object: Vec<&str> =
            manifest.control_kinds_of(&object.kind).map(|kind| kind.code.as_str()).collect();
        match of_object.as_slice() {
            [one] => Ok((*one).to_owned()),
            several => {
                let names = several.join(", ");
                let problem = format!("the object stands under several kinds of control, or none: {names}");
                Err(AppError::GateQuestion { problem })
            }
        }
    }

    /// Returns the category in force on a day: that of the last decision taken by its end.
    async fn standing_on(
        &self,
        object: &ObjectRow,
        control_kind: &str,
        day: Date,
    ) -> Result<CategoryStanding, AppError> {
        let ends = self.end_of_day(&day.to_string())?;
        let all = self.store.assignments_of(object.id).await?.into_iter();
        let its = all.filter(|one| one.assignment.control_kind == control_kind);
        Ok(standing(its, ends, &self.methodology.manifest.zone))
    }

    /// Checks that the pack has the kind of event, on that day or another, and that the staff has the inspector.
    async fn expect_known(&self, call: &GateCall, day: Date) -> Result<(), AppError> {
        let lines = self.methodology.planner.events.lines();
        if lines.iter().all(|line| line.code != call.event) {
            let on_day = lines.iter().filter(|line| line.holds_on(day)).map(|line| line.code.as_str());
            let codes: Vec<&str> = on_day.collect();
            let problem =
                format!("«{}» is no kind of event; on {day} there are: {}", call.event, codes.join(", "));
            return Err(AppError::GateQuestion { problem });
        }
        let Some(key) = &call.papers.inspector else { return Ok(()) };
        // Whoever has left since was of the staff then; who came since may be asked about for an earlier day.
        let ends = self.end_of_day(&day.to_string())?;
        if self.is_of_staff(key, ends).await? || self.is_of_staff(key, self.now()).await? {
            return Ok(());
        }
        let problem = format!(
            "nobody of the staff has the key «{key}»; `dozor plan` and `dozor executors` name inspectors by their keys"
        );
        Err(AppError::GateQuestion { problem })
    }

    /// Reads what papers and records say of the case on that day.
    async fn circumstances(
        &self,
        call: &GateCall,
        (object, control_kind): (&ObjectRow, &str),
        (known, ground, day): (&KnownCase, GroundKind, Date),
    ) -> Result<Circumstances, AppError> {
        let last = self.last_visits(day).await?.remove(&(object.id, control_kind.to_owned()));
        let on_record = Circumstances {
            held: known.held.clone(),
            prescription: (ground == GroundKind::PrescriptionOverdue).then(|| known.prescription(day)),
            last_partner: last.as_ref().and_then(|last| last.partner.clone()),
            last_inspector: last.map(|last| last.inspector),
            ..papers_on_record(&known.case, ground, (&call.event, day))
        };
        call.papers.added_to(on_record, &consents(&known.case, ground, &call.event))
    }
}

/// Returns what records say of a case: what was held, and the papers for this kind of event on this ground.
fn papers_on_record(case: &ObjectCase, ground: GroundKind, (event, day): (&str, Date)) -> Circumstances {
    let mut known = Circumstances::of(&case.facts);
    match ground {
        GroundKind::Planned => case.planned.iter().for_each(|one| {
            let line = Ground::Planned { paper: one.paper.clone(), from: one.from, to: one.to };
            known.note_papers(Some(&line), event, day);
        }),
        GroundKind::Indicator => case.indicators.iter().for_each(|one| {
            let fired = Ground::Indicator { rule: one.rule.clone(), approval: one.approval.clone() };
            known.note_papers(Some(&fired), event, day);
        }),
        _ => {}
    }
    known
}

/// Returns the days of all consents on record to a kind of event on an indicator.
fn consents(case: &ObjectCase, ground: GroundKind, event: &str) -> Vec<Date> {
    let fired = case.indicators.iter().filter(|_| ground == GroundKind::Indicator);
    let papers = fired.filter_map(|one| one.approval.as_ref());
    papers.filter(|paper| paper.event_kind == event).map(|paper| paper.on).collect()
}
