//! The planner: from objects with grounds to a day's routes, orders and tasks, and a reason for all the rest.
//!
//! Invariants:
//! * pure: no clock, no chance but the seed given, no file, no network; the same inputs give the same bytes in
//!   any order of the inputs and on any number of threads;
//! * nothing is planned that the pack's dated rules do not allow ([`Gate`]), and always the lightest lawful kind;
//! * every candidate is in the plan exactly once: in a route, or left out with a reason that is true of this plan;
//! * [`check`] shares no arithmetic with the search: it is the oracle of its tests.

mod answers;
mod attempts;
mod awaited;
pub mod benchmark;
mod business_hours;
mod check;
mod day_limits;
mod error;
mod events;
mod frequency;
mod gate;
mod grounds;
mod holding;
mod issue;
mod object;
mod opening_hours;
mod order_gate;
mod owner_field;
mod pack;
mod papers;
pub mod routing;
mod season;
mod select;
mod settings;
mod solve;
mod terms;
mod times;
mod travel;
mod value;
mod verify;
mod weights;
mod year;

pub use answers::AnswerTerm;
pub use attempts::{Attempt, AttemptRule};
pub use check::{DayRest, Violation, ViolationCode, check, check_complete, check_rest, check_year};
pub use day_limits::{DayQuotas, PauseRule};
pub use error::{PLANNER_ERRORS, PlannerError};
pub use events::{EventBook, EventKind, GroundKind, Place, Prosecutor, RegisterEntry};
pub use frequency::{Cap, CapGroup, FrequencyBook, Moratorium, Norm};
pub use gate::{
    Access, BusinessHours, CaseOutcome, CategoryStanding, Circumstances, Gate, GateCase, GateCases, Held,
    Lack, Later, Moment, PrescriptionTerm, Question, Refusal,
};
pub use grounds::{OnRecord, grounds};
pub use holding::Manner;
pub use issue::{CHECKS, OrderDraft, orders_and_tasks, orders_and_tasks_of};
pub use object::{Draw, FiredIndicator, ObjectCase, ObjectState, OpenSign, OpenWork, PlannedEvent};
pub use opening_hours::{AppointmentField, OpeningHours};
pub use order_gate::{OrderCase, latest_end, order_days, order_needs, order_refusals, refusal_words};
pub use owner_field::OwnerField;
pub use pack::PlannerPack;
pub use papers::{PaperSource, PaperSources};
pub use season::{Season, SeasonChange, Travel, YearDay};
pub use select::{Selection, Work, may_be_drawn, select, urgent_work};
pub use settings::{Generic, HeldField, LongRange, PlannerFacts, PlannerSettings, Search};
pub use solve::{
    Disturbance, LeftWork, Move, PlanRequest, Progress, Replanned, Told, carried, replan, replan_in_full,
    solve,
};
pub use terms::{Term, TermBook, TermStart, TermUnit};
pub use times::{
    RowFault, TRAVEL_TIMES_ERRORS, TravelPlace, TravelTable, TravelTimes, TravelTimesError, travel_times_csv,
};
pub use verify::{verify_city, verify_toptw};
pub use weights::Weights;
pub use year::{
    CategoryYear, CrewYear, Load, MissReason, MissedVisit, ReasonCount, Shortage, StaffChange, WeekOfPlan,
    WorkShare, YearCell, YearCrew, YearMonth, YearObject, YearPlan, YearReport, YearRequest, YearTiming,
    YearVisit, change_staff, plan_year, work_minutes, year_report,
};
