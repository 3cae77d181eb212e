//! How modes of travel go: their speed, and the days of every year on which they are slower or nobody goes so.

use std::borrow::Cow;

use dozor_domain::TravelMode;
use jiff::civil::Date;
use serde::Deserialize;

use crate::PlannerSettings;

/// Is how one mode of travel goes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Travel {
    /// Speed over the real way, km/h.
    pub kmh: f64,
    /// The real way's length over the great circle's.
    pub detour: f64,
    /// Minutes added to each leg: parking, waiting, unlocking.
    pub extra_minutes: f64,
    /// Days of every year on which it is slower, or nobody goes so.
    #[serde(default, rename = "season")]
    pub seasons: Vec<Season>,
    /// The share of the usual speed that the season of a day leaves, for ways that tables know; `kmh` has it already.
    #[serde(skip, default = "usual_speed")]
    pub(crate) season_speed: f64,
}

fn usual_speed() -> f64 {
    1.0
}

/// Is a day of every year, written `MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct YearDay {
    month: i8,
    day: i8,
}

impl YearDay {
    /// Returns the day of every year that a date is.
    pub fn of(date: Date) -> Self {
        Self { month: date.month(), day: date.day() }
    }
}

impl TryFrom<String> for YearDay {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        // A leap year knows all days.
        let date: Option<Date> = format!("2024-{text}").parse().ok();
        let day = date.map(Self::of).filter(|day| format!("{:02}-{:02}", day.month, day.day) == text);
        day.ok_or_else(|| format!("«{text}» is no day of a year, such as 12-01"))
    }
}

/// Is what a season changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SeasonChange {
    /// The share of the usual speed that is left.
    Speed(f64),
    /// Nobody goes so; whoever does on other days goes by this mode.
    Instead(TravelMode),
}

/// Is a season of a mode of travel: it comes every year, and may go over its end.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(try_from = "SeasonText")]
pub struct Season {
    /// First day.
    pub from: YearDay,
    /// Last day.
    pub to: YearDay,
    /// What it changes.
    pub change: SeasonChange,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeasonText {
    from: YearDay,
    to: YearDay,
    speed: Option<f64>,
    instead: Option<TravelMode>,
}

impl TryFrom<SeasonText> for Season {
    type Error = &'static str;

    fn try_from(text: SeasonText) -> Result<Self, Self::Error> {
        let change = match (text.speed, text.instead) {
            (Some(speed), None) => SeasonChange::Speed(speed),
            (None, Some(mode)) => SeasonChange::Instead(mode),
            _ => return Err("a season has either `speed` or `instead`"),
        };
        Ok(Self { from: text.from, to: text.to, change })
    }
}

impl Season {
    /// Tells whether a day lies in the season, its first and last one included.
    pub fn holds(&self, day: YearDay) -> bool {
        match self.from <= self.to {
            true => (self.from..=self.to).contains(&day),
            false => day >= self.from || day <= self.to,
        }
    }

    fn meets(&self, other: &Self) -> bool {
        self.holds(other.from) || other.holds(self.from)
    }
}

impl Travel {
    /// Within these borders the way around the Earth still fits whole minutes of 32 bits.
    fn is_sane(&self) -> bool {
        (0.5..=500.0).contains(&self.kmh)
            && (1.0..=10.0).contains(&self.detour)
            && (0.0..=240.0).contains(&self.extra_minutes)
    }
}

impl PlannerSettings {
    /// Returns the mode by which somebody goes on a day who usually goes by another one.
    pub fn mode_on(&self, mode: TravelMode, day: Date) -> TravelMode {
        match self.change_on(mode, day) {
            Some(SeasonChange::Instead(other)) => other,
            Some(SeasonChange::Speed(_)) | None => mode,
        }
    }

    fn change_on(&self, mode: TravelMode, day: Date) -> Option<SeasonChange> {
        let mut seasons = self.travel.get(&mode)?.seasons.iter();
        seasons.find(|season| season.holds(YearDay::of(day))).map(|season| season.change)
    }

    /// Returns the settings as they are on a day: with the speeds of the season, and without the modes that nobody uses.
    pub(crate) fn on(&self, day: Date) -> Cow<'_, Self> {
        if self.travel.keys().all(|mode| self.change_on(*mode, day).is_none()) {
            return Cow::Borrowed(self);
        }
        let mut settings = self.clone();
        settings.travel.retain(|mode, travel| match self.change_on(*mode, day) {
            Some(SeasonChange::Instead(_)) => false,
            Some(SeasonChange::Speed(speed)) => {
                travel.kmh *= speed;
                travel.season_speed = speed;
                true
            }
            None => true,
        });
        Cow::Owned(settings)
    }

    /// Says which mode of travel cannot be, or which of its seasons.
    pub(crate) fn travel_problem(&self) -> Option<String> {
        self.travel.iter().find_map(|(mode, travel)| {
            if !travel.is_sane() {
                return Some(format!(
                    "the travel mode {mode:?} needs kmh 0.5 to 500, detour 1 to 10, extra_minutes 0 to 240"
                ));
            }
            let problem = self.problem_of_seasons(*mode)?;
            Some(format!("[[travel.{}.season]]: {problem}", mode.code()))
        })
    }

    fn problem_of_seasons(&self, mode: TravelMode) -> Option<String> {
        let travel = self.travel.get(&mode)?;
        for (place, season) in travel.seasons.iter().enumerate() {
            if travel.seasons[..place].iter().any(|other| other.meets(season)) {
                return Some("two seasons share a day".to_owned());
            }
            match season.change {
                SeasonChange::Speed(speed) if !(0.05..=2.0).contains(&speed) => {
                    return Some("speed lies between 0.05 and 2".to_owned());
                }
                SeasonChange::Speed(speed) if !(0.5..=500.0).contains(&(travel.kmh * speed)) => {
                    return Some("it leaves no speed between 0.5 and 500 km/h".to_owned());
                }
                SeasonChange::Speed(_) => {}
                SeasonChange::Instead(other) => {
                    if let Some(problem) = self.problem_instead(season, (mode, other)) {
                        return Some(problem);
                    }
                }
            }
        }
        None
    }

    fn problem_instead(&self, season: &Season, (mode, other): (TravelMode, TravelMode)) -> Option<String> {
        let name = other.code();
        let Some(travel) = self.travel.get(&other).filter(|_| other != mode) else {
            return Some(format!("instead = «{name}» is no other mode of [travel]"));
        };
        let is_away = |one: &Season| matches!(one.change, SeasonChange::Instead(_)) && one.meets(season);
        travel
            .seasons
            .iter()
            .any(is_away)
            .then(|| format!("instead = «{name}», which nobody uses on some of its days"))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_season_may_go_over_the_end_of_a_year() {
        let day = |text: &str| YearDay::try_from(text.to_owned());
        let (from, to) = (day("12-01").unwrap(), day("03-15").unwrap());
        let winter = Season { from, to, change: SeasonChange::Speed(0.5) };
        let holds = |on: Date| winter.holds(YearDay::of(on));
        assert!(holds(date(2026, 12, 1)) && holds(date(2027, 1, 20)) && holds(date(2028, 2, 29)));
        assert!(holds(date(2027, 3, 15)) && !holds(date(2027, 3, 16)) && !holds(date(2026, 11, 30)));
        assert!(day("02-29").is_ok());
        for wrong in ["2-29", "02-30", "13-01", "", "12-1", "12-01T00"] {
            assert!(day(wrong).is_err(), "{wrong}");
        }
    }
}
