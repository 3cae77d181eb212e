//! How good an order of work would have been: figures of the model beside rules alone and chance, each with a
//! 95 % bootstrap interval. Events come in as plain numbers; nothing here knows of facts or time zones.
//!
//! Events with equal scores count by their mean: the figure is what a random order among them would give on
//! average, so that neither the order of the file nor a hash decides.

mod bootstrap;
mod figures;
mod page;
mod page_plots;
mod page_tables;
mod report;
mod rolling;
mod svg;

pub(crate) use bootstrap::estimate_one;
pub(crate) use figures::{Figure, Period, Ranking, figures};

pub use bootstrap::{Estimate, EvaluateSettings, EvaluatedEvent, random_order};
pub use page::{Language, PageTable, PageTexts, evaluation_page};
pub use report::{Evaluation, EvaluationCounts, Metrics, evaluate};
pub use rolling::{
    CalibrationBin, CategoryHits, Contender, ContenderFigures, EvaluatedWindow, RollingEvaluation,
    WindowFigures, evaluate_rolling,
};
