//! Moratoria and caps of frequency: whether one more event of a group may be held, and by which line not.

use dozor_domain::LegalReference;
use jiff::civil::Date;

use super::question::Question;
use super::{Gate, Lack};
use crate::{Cap, CapGroup};

impl<'a> Gate<'a> {
    /// Returns what forbids one more event of a group, and the line's articles.
    pub(super) fn capped(
        &self,
        group: CapGroup,
        question: &Question<'_>,
    ) -> Option<(Lack, &'a [LegalReference])> {
        let category = question.category.category();
        let frequency = &self.pack.frequency;
        if let Some(line) = frequency.forbidden_by(group, category, self.day) {
            return Some((Lack::Moratorium, &line.basis));
        }
        let cap_of = |group| frequency.cap(group, question.control_kind, category, self.day);
        let Some(cap) = cap_of(group) else { return Some((Lack::NotForCategory, &[])) };
        if self.is_used_up(cap, question) {
            return Some((Lack::CapUsedUp, &cap.basis));
        }
        // «One planned event or one mandatory visit»: the other group's event takes this one's place for as long as
        // its own period runs.
        let other = cap.instead_of.and_then(cap_of)?;
        self.is_used_up(other, question).then_some((Lack::CapUsedUp, &*cap.basis))
    }

    fn is_used_up(&self, cap: &Cap, question: &Question<'_>) -> bool {
        let held = &question.circumstances.held;
        let counted = held
            .iter()
            .filter(|one| one.group == cap.group && !one.at_start_of_activity && one.on <= self.day);
        let last = counted.map(|one| one.on).max();
        last.is_some_and(|last| is_used_up(cap.one_in_years, last, question.category.decided_on(), self.day))
    }
}

/// Tells whether an event held on `held` uses up the period of `years` that `day` falls in.
fn is_used_up(years: u32, held: Date, counted_from: Option<Date>, day: Date) -> bool {
    period_ends(years, held, counted_from).is_none_or(|ends| day < ends)
}

/// Returns the first day after the period of `years` that an event held on `held` uses up. Periods run from the
/// decision on the category; where its day is not known, from the event itself, which is never the milder reading
/// at the end of a period.
pub(super) fn period_ends(years: u32, held: Date, counted_from: Option<Date>) -> Option<Date> {
    let years = i64::from(years);
    let mut start = counted_from.filter(|decided| *decided <= held).unwrap_or(held);
    loop {
        let next = start.checked_add(jiff::Span::new().years(years)).ok()?;
        if held < next {
            return Some(next);
        }
        start = next;
    }
}
