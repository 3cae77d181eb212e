//! A long-range plan in figures: what is asked for beside what there is, by month and category; what does not fit, and
//! what would have to give.

use std::collections::BTreeMap;

use dozor_domain::RiskCategory;
use jiff::civil::Date;
use serde::Serialize;

use super::plan::{MissReason, MissedVisit, WeekOfPlan, YearCrew, YearPlan, YearTiming};
use super::request::YearRequest;
use super::solve::open_minutes;

/// Is one category in one month. Asked for, in time, late and missed go by the day on which a visit is due, planned by
/// the week in which it is made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct YearCell {
    /// Visits that fall due.
    pub asked: u64,
    /// Minutes of them, the ways included.
    pub asked_minutes: u64,
    /// Those made in time.
    pub in_time: u64,
    /// Those made late.
    pub late: u64,
    /// Those not made.
    pub missed: u64,
    /// Those left to the next period, in whose windows they still are.
    pub carried: u64,
    /// Visits made in the month, whenever they were due.
    pub planned: u64,
    /// Minutes of them.
    pub planned_minutes: u64,
}

/// Is one month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct YearMonth {
    /// `2027-01`.
    pub month: String,
    /// Working days of the period in it.
    pub working_days: u32,
    /// Minutes that are open for norms.
    pub capacity_minutes: u64,
    /// Minutes that would be open besides, were nobody on leave.
    pub leave_minutes: u64,
    /// Minutes that would be open besides all these, were no attestation over.
    pub lapsed_minutes: u64,
    /// By category, the highest first; categories without a visit are left out.
    pub categories: BTreeMap<std::cmp::Reverse<RiskCategory>, YearCell>,
}

/// Is one category over the whole period.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CategoryYear {
    /// Objects for which visits are asked.
    pub objects: u64,
    /// Sums over all months.
    pub all: YearCell,
    /// Late and missed visits by reason, each once.
    pub reasons: Vec<ReasonCount>,
}

/// Is how many visits are late or missed for a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ReasonCount {
    /// Why.
    #[serde(flatten)]
    pub reason: MissReason,
    /// Visits.
    pub visits: u64,
}

/// Is one crew over the whole period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CrewYear {
    /// Code of the unit.
    pub unit: String,
    /// Territories; empty = all.
    pub territories: Vec<String>,
    /// Skills.
    pub skills: Vec<String>,
    /// People.
    pub people: u32,
    /// Minutes that are open for norms.
    pub capacity_minutes: u64,
    /// Minutes that the plan uses.
    pub used_minutes: u64,
}

/// Is where time is short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shortage {
    /// Code of the control kind.
    pub control_kind: String,
    /// Code of the territory.
    pub territory: Option<String>,
    /// Visits late or missed for want of time or of people.
    pub visits: u64,
    /// Their minutes.
    pub minutes: u64,
    /// People whose whole time for norms that is, rounded up.
    pub people: u64,
}

/// Is a plan in figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct YearReport {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Months.
    pub months: Vec<YearMonth>,
    /// By category, the highest first.
    pub categories: BTreeMap<std::cmp::Reverse<RiskCategory>, CategoryYear>,
    /// By unit, territories, skills.
    pub crews: Vec<CrewYear>,
    /// By minutes, descending.
    pub shortages: Vec<Shortage>,
    /// The highest share of its minutes that a part of the staff needs in any week, thousandths.
    pub peak_permille: u32,
    /// Visits that no plan could make in time for want of minutes; the plan misses those of reason «no time».
    pub least_missed: u64,
}

type Categories = BTreeMap<std::cmp::Reverse<RiskCategory>, CategoryYear>;

/// Puts a plan into figures.
pub fn year_report(plan: &YearPlan, request: &YearRequest<'_>) -> YearReport {
    let mut months = months(plan, request);
    let mut categories = Categories::new();
    for category in &plan.categories {
        categories.entry(std::cmp::Reverse(*category)).or_default().objects += 1;
    }
    let mut book = Book { plan, months: &mut months, categories: &mut categories };
    book.visits();
    for (list, kind) in
        [(&plan.late, Told::Late), (&plan.missed, Told::Missed), (&plan.carried, Told::Carried)]
    {
        list.iter().for_each(|one| book.told(one, kind));
    }
    categories.values_mut().for_each(|line| line.reasons.sort_unstable_by_key(|count| count.reason));
    YearReport {
        from: plan.from,
        to: plan.to,
        crews: crews(plan, request),
        shortages: shortages(plan, request),
        peak_permille: plan.loads.iter().map(|load| load.peak_permille).max().unwrap_or(0),
        least_missed: plan.loads.iter().map(|load| load.least_missed).sum(),
        months,
        categories,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Late,
    Missed,
    Carried,
}

struct Book<'a> {
    plan: &'a YearPlan,
    months: &'a mut Vec<YearMonth>,
    categories: &'a mut Categories,
}

impl Book<'_> {
    fn visits(&mut self) {
        for visit in &self.plan.visits {
            let minutes = u64::from(visit.minutes);
            let is_late = visit.timing == YearTiming::Late;
            self.note(visit.object, visit.due, |cell| {
                cell.asked += 1;
                cell.asked_minutes += minutes;
                cell.in_time += u64::from(!is_late);
                cell.late += u64::from(is_late);
            });
            self.note(visit.object, visit.day, |cell| {
                cell.planned += 1;
                cell.planned_minutes += minutes;
            });
        }
    }

    /// Notes a visit that is not in time; late ones are among the visits already.
    fn told(&mut self, one: &MissedVisit, told: Told) {
        if told != Told::Late {
            self.note(one.object, one.due, |cell| {
                cell.asked += 1;
                cell.asked_minutes += u64::from(one.minutes);
                cell.missed += u64::from(told == Told::Missed);
                cell.carried += u64::from(told == Told::Carried);
            });
        }
        let category = self.plan.categories.get(one.object as usize).filter(|_| told != Told::Carried);
        let line = category.and_then(|category| self.categories.get_mut(&std::cmp::Reverse(*category)));
        let Some(line) = line else { return };
        match line.reasons.iter_mut().find(|count| count.reason == one.reason) {
            Some(count) => count.visits += 1,
            None => line.reasons.push(ReasonCount { reason: one.reason, visits: 1 }),
        }
    }

    fn note(&mut self, object: u32, day: Date, mut change: impl FnMut(&mut YearCell)) {
        let Some(category) = self.plan.categories.get(object as usize).map(|one| std::cmp::Reverse(*one))
        else {
            return;
        };
        let from = self.plan.from;
        let place = i32::from(day.year() - from.year()) * 12 + i32::from(day.month() - from.month());
        if let Some(month) = usize::try_from(place).ok().and_then(|place| self.months.get_mut(place)) {
            change(month.categories.entry(category).or_default());
        }
        if let Some(line) = self.categories.get_mut(&category) {
            change(&mut line.all);
        }
    }
}

/// Returns the minutes of a crew that are open for norms over all weeks of a plan.
pub(super) fn open_in_all(crew: &YearCrew, plan: &YearPlan, request: &YearRequest<'_>) -> u64 {
    let weeks = plan.weeks.iter().enumerate();
    let open =
        |week: (usize, &WeekOfPlan)| open_minutes(crew.minutes_in(week), week.1, request.open_permille());
    weeks.map(open).sum()
}

/// Returns the same for one person of the crew whose attestation holds to the end.
pub(super) fn open_of_one(crew: &YearCrew, plan: &YearPlan, request: &YearRequest<'_>) -> u64 {
    let open = |week| open_minutes(crew.all_minutes_in(week), week, request.open_permille());
    plan.weeks.iter().map(open).sum::<u64>() / u64::from(crew.people.max(1))
}

/// Is the minutes of all crews in a week: open for norms, on leave, and of those whose attestations are over.
fn minutes_of(plan: &YearPlan, (place, week): (usize, &WeekOfPlan), open_permille: u32) -> [u64; 3] {
    let everybody = WeekOfPlan { leave_permille: 0, ..*week };
    plan.crews.iter().fold([0; 3], |[open, leave, lapsed], crew| {
        let attested = crew.minutes_in((place, week));
        let now = open_minutes(attested, week, open_permille);
        let without_leave = open_minutes(attested, &everybody, open_permille);
        let all = open_minutes(crew.all_minutes_in(week), &everybody, open_permille);
        [open + now, leave + without_leave - now, lapsed + all - without_leave]
    })
}

fn months(plan: &YearPlan, request: &YearRequest<'_>) -> Vec<YearMonth> {
    let mut months: Vec<YearMonth> = Vec::new();
    for (place, week) in plan.weeks.iter().enumerate() {
        let name = format!("{:04}-{:02}", week.first.year(), week.first.month());
        let [minutes, leave, lapsed] = minutes_of(plan, (place, week), request.open_permille());
        match months.last_mut().filter(|month| month.month == name) {
            Some(month) => {
                month.working_days += week.working_days;
                month.capacity_minutes += minutes;
                month.leave_minutes += leave;
                month.lapsed_minutes += lapsed;
            }
            None => months.push(YearMonth {
                month: name,
                working_days: week.working_days,
                capacity_minutes: minutes,
                leave_minutes: leave,
                lapsed_minutes: lapsed,
                categories: BTreeMap::new(),
            }),
        }
    }
    months
}

/// Adds up what each crew does.
pub(super) fn used_minutes(plan: &YearPlan) -> Vec<u64> {
    let mut used = vec![0_u64; plan.crews.len()];
    for share in &plan.shares {
        if let Some(sum) = used.get_mut(share.crew as usize) {
            *sum += u64::from(share.minutes);
        }
    }
    used
}

fn crews(plan: &YearPlan, request: &YearRequest<'_>) -> Vec<CrewYear> {
    let crews = plan.crews.iter().zip(used_minutes(plan));
    crews
        .map(|(crew, used_minutes)| CrewYear {
            unit: crew.unit.clone(),
            territories: crew.territories.iter().cloned().collect(),
            skills: crew.skills.iter().cloned().collect(),
            people: crew.people,
            capacity_minutes: open_in_all(crew, plan, request),
            used_minutes,
        })
        .collect()
}

fn shortages(plan: &YearPlan, request: &YearRequest<'_>) -> Vec<Shortage> {
    let mut found: BTreeMap<(&str, Option<&str>), (u64, u64)> = BTreeMap::new();
    let wanted = |one: &&MissedVisit| match one.reason {
        MissReason::NoTime | MissReason::NoInspector | MissReason::NotAttested => true,
        MissReason::NotLawful { .. } | MissReason::NoPosition => false,
    };
    for one in plan.missed.iter().chain(&plan.late).filter(wanted) {
        let place = plan.objects.get(one.object as usize);
        let Some(object) = place.and_then(|place| request.objects.get(*place as usize)) else { continue };
        let sum = found.entry((object.control_kind, object.territory)).or_default();
        *sum = (sum.0 + 1, sum.1 + u64::from(one.minutes));
    }
    let people: u64 = plan.crews.iter().map(|crew| u64::from(crew.people)).sum();
    let whole = |crew: &YearCrew| open_of_one(crew, plan, request) * u64::from(crew.people);
    let each = plan.crews.iter().map(whole).sum::<u64>().checked_div(people).unwrap_or(0).max(1);
    let line =
        |((control_kind, territory), (visits, minutes)): ((&str, Option<&str>), (u64, u64))| Shortage {
            control_kind: control_kind.to_owned(),
            territory: territory.map(str::to_owned),
            visits,
            minutes,
            people: minutes.div_ceil(each),
        };
    let mut lines: Vec<Shortage> = found.into_iter().map(line).collect();
    lines.sort_by(|a, b| {
        let key = |one: &Shortage| (one.control_kind.clone(), one.territory.clone());
        b.minutes.cmp(&a.minutes).then_with(|| key(a).cmp(&key(b)))
    });
    lines
}
