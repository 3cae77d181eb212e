//! Why an object has its category, in sentences for the people who must answer for it: what fired with values,
//! dates, sources and legal basis; what is unknown and what it could change; what the model adds. Russian and
//! English side by side, from the stored basis and nothing else.

mod basis;
mod history;
mod input;
mod lines;
mod lower;
mod reply;
mod similar;
mod smallest;
#[cfg(test)]
mod tests;
mod variations;
mod words;

pub use history::{CategoryCause, FloorState, category_causes, cause_in_words};
pub use input::{ExplainInput, ExplainedRule, FactSaid, explained_rules, said_facts};
pub use lines::{Explanation, ExplanationLine, Section, explain, why_sentence};
pub use reply::{ReplyGround, ReplyHead, reply};
pub use similar::{Likeness, NearCase, PastCases};
pub use smallest::{Answered, ChangeQuestion, FactChange, RuleChange, SmallestChange, WaysDown, ways_down};
pub use variations::Influence;
pub use words::value as value_in_words;
