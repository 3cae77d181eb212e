//! Why work on an object may be done.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{AgreedPaper, CountedFrom, SignId, TaskId};

/// Is why work on an object may be done.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "ground", rename_all = "snake_case")]
pub enum Ground {
    /// A sign that the desk confirmed or found in need of data.
    Sign {
        /// The sign.
        sign: SignId,
        /// Its rule.
        rule: String,
        /// Whether the desk confirmed it; if not, only a field survey may follow.
        confirmed: bool,
    },
    /// The frequency of its category makes a visit due.
    Frequency {
        /// Days since the last event, none when never.
        days_since: Option<i64>,
        /// Days allowed between two.
        every_days: i64,
    },
    /// A prescription's term has passed.
    PrescriptionOverdue {
        /// Days past the term.
        days: i64,
    },
    /// The period in which the category has one mandatory preventive visit has run out.
    MandatoryVisit {
        /// Days since what it is counted from.
        days: i64,
        /// What it is counted from: the later of both.
        counted_from: CountedFrom,
        /// Days allowed between two.
        every_days: i64,
    },
    /// The event stands in the agreed plan of a year.
    Planned {
        /// The plan's line.
        paper: AgreedPaper,
        /// First day on which it may be held.
        from: Date,
        /// Last day.
        to: Date,
    },
    /// A published risk indicator fired: with the prosecutor's consent an event outside the plan may follow.
    Indicator {
        /// Its rule.
        rule: String,
        /// The prosecutor's consent; none = not given yet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approval: Option<AgreedPaper>,
    },
    /// The exploration reserve drew it by chance: a ground of work without interaction only.
    Drawn {
        /// The chance by which it was drawn that day.
        inclusion: Chance,
        /// Objects of its territory that could have been drawn that day.
        in_territory: u32,
        /// Objects of all territories that could have been drawn that day.
        in_all: u32,
    },
    /// The lot chose a visit to be made again by another inspector: a ground of work without interaction only.
    SecondVisit {
        /// The chance by which it was chosen.
        inclusion: Chance,
        /// The task under which the first visit was made.
        first: TaskId,
    },
}

/// Is a chance above 0 and not above 1, in whole billionths: it is part of what names a ground, so it has an order and
/// one form in every store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Chance(u32);

impl Chance {
    const BILLION: f64 = 1e9;

    /// Takes a chance; one under a billionth counts as a billionth.
    pub fn new(chance: f64) -> Option<Self> {
        // Rounded and between 1 and a billion: it fits.
        (chance > 0.0 && chance <= 1.0).then(|| Self((chance * Self::BILLION).round().max(1.0) as u32))
    }

    /// Returns the chance.
    pub fn get(self) -> f64 {
        f64::from(self.0) / Self::BILLION
    }
}

impl TryFrom<u32> for Chance {
    type Error = String;
    fn try_from(billionths: u32) -> Result<Self, String> {
        match billionths {
            1..=1_000_000_000 => Ok(Self(billionths)),
            _ => Err(format!("{billionths} billionths are no chance above 0 and not above 1")),
        }
    }
}

impl From<Chance> for u32 {
    fn from(chance: Chance) -> Self {
        chance.0
    }
}
