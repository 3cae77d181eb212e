//! What the season of a day makes of speeds, read again from the pack's lines.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::{PlannerPack, SeasonChange, YearDay};

/// Returns the pack with the speeds of a day. A mode that nobody uses on it has no speed: a way by it is none.
pub(super) fn of_day(pack: &PlannerPack, day: Date) -> Cow<'_, PlannerPack> {
    let today = YearDay::of(day);
    let mut ours = Cow::Borrowed(pack);
    for (mode, travel) in &pack.settings.travel {
        for season in &travel.seasons {
            let is_today = match (season.from <= today, today <= season.to) {
                (true, true) => true,
                (false, false) => false,
                // Only a season over the end of a year has today on one side of one of its ends.
                _ => season.from > season.to,
            };
            if !is_today {
                continue;
            }
            let speeds = &mut ours.to_mut().settings.travel;
            match season.change {
                SeasonChange::Instead(_) => {
                    speeds.remove(mode);
                }
                SeasonChange::Speed(share) => {
                    if let Some(known) = speeds.get_mut(mode) {
                        known.kmh = travel.kmh * share;
                        known.season_speed = share;
                    }
                }
            }
        }
    }
    ours
}
