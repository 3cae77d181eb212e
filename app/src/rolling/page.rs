//! The report as a page: names of facts, categories and orders of work from the pack, and the tables after the plots.

use dozor_domain::Localized;
use dozor_scoring::{GroupFigures, PageTable, PageTexts, evaluation_page};

use super::fitting::{LAST_INSPECTED, PAST_VIOLATIONS, RANDOM, RULES};
use super::report::RollingReport;
use crate::Language;
use crate::dozor::Dozor;

/// Facts that the plot of effects shows.
const EFFECTS: usize = 15;
/// Lines of a table of facts or groups.
const LINES: usize = 20;

impl Dozor {
    /// Makes the HTML page of a report.
    pub fn rolling_page(&self, report: &RollingReport, language: Language) -> String {
        let language = match language {
            Language::Russian => dozor_scoring::Language::Russian,
            Language::English => dozor_scoring::Language::English,
        };
        let titles = &self.methodology.manifest.category_titles;
        let categories: Vec<(String, Localized)> =
            titles.iter().map(|(category, title)| (category.code().to_owned(), title.clone())).collect();
        let effects: Vec<(Localized, f64)> = report
            .effects
            .iter()
            .take(EFFECTS)
            .map(|effect| (self.fact_title(&effect.fact), effect.spread))
            .collect();
        let learning: Vec<_> =
            report.learning.iter().filter_map(|point| Some((point.outcomes, point.auc?))).collect();
        let name = &self.methodology.manifest.title;
        let number = |value: f64, digits: usize| language.number(value, digits);
        let mut tables = vec![self.drift_table(report, &number)];
        if !report.inspectors.is_empty() {
            tables.push(inspector_table(report, &number));
        }
        for (group, title) in [
            ("territory", both("По округам", "By territory")),
            ("object_kind", both("По видам объектов", "By kind of object")),
        ] {
            let figures = report.disparity.get(group).map(Vec::as_slice).unwrap_or_default();
            // One group and the line of all say the same.
            if figures.len() > 2 {
                tables.push(group_table(&title, figures, &number));
            }
        }
        let texts = PageTexts {
            title: both(
                &format!("Оценка модели «{}»: {}", report.model, name.ru),
                &format!("Evaluation of the model «{}»: {}", report.model, name.en),
            ),
            categories: &categories,
            contenders: &contender_names(),
            learning: &learning,
            tables: &tables,
            effects: &effects,
        };
        evaluation_page(&report.rolling, &texts, language)
    }

    fn fact_title(&self, fact: &str) -> Localized {
        self.methodology.catalogue.head(fact).map_or_else(|| both(fact, fact), |head| head.title.clone())
    }

    fn drift_table(&self, report: &RollingReport, number: &dyn Fn(f64, usize) -> String) -> PageTable {
        let of = |drift: &dozor_scoring::FactDrift| {
            let title = self.fact_title(&drift.fact);
            let alarm = if drift.alarm { both("сдвинулся", "moved") } else { both("", "") };
            vec![
                title,
                same(number(drift.index, 3)),
                same(number(100.0 * drift.missing_then, 1)),
                same(number(100.0 * drift.missing_now, 1)),
                alarm,
            ]
        };
        PageTable {
            title: both(
                "Сдвиг фактов: последнее окно против обучавших его исходов (индекс стабильности: до 0,1 устойчив, выше 0,25 сдвинулся)",
                "Drift of facts: the last window against the outcomes that taught it (stability index: to 0.1 stable, above 0.25 moved)",
            ),
            head: vec![
                both("Факт", "Fact"),
                both("Индекс", "Index"),
                both("Неизвестно было, %", "Unknown then, %"),
                both("Неизвестно стало, %", "Unknown now, %"),
                both("", ""),
            ],
            rows: report.drift.iter().take(LINES).map(of).collect(),
        }
    }
}

fn both(ru: &str, en: &str) -> Localized {
    Localized { ru: ru.to_owned(), en: en.to_owned() }
}

fn same(text: String) -> Localized {
    Localized { ru: text.clone(), en: text }
}

fn contender_names() -> Vec<(String, Localized)> {
    [
        ("logistic", "логистическая модель", "logistic model"),
        ("scorecard", "балльная карта", "scorecard"),
        ("trees", "деревья", "trees"),
        (RULES, "только правила", "rules alone"),
        (LAST_INSPECTED, "дольше всех без проверки", "longest not inspected"),
        (PAST_VIOLATIONS, "прошлые нарушения", "past violations"),
        (RANDOM, "случайно", "random"),
    ]
    .map(|(name, ru, en)| (name.to_owned(), both(ru, en)))
    .into()
}

fn inspector_table(report: &RollingReport, number: &dyn Fn(f64, usize) -> String) -> PageTable {
    let percent = |share: f64| number(100.0 * share, 1);
    let of = |one: &dozor_scoring::InspectorEffect| {
        let rate = one.adjusted_rate;
        vec![
            same(one.inspector.clone()),
            same(one.visits.to_string()),
            same(one.found.to_string()),
            same(number(one.promised, 1)),
            same(format!("{} ({} … {})", percent(rate.value), percent(rate.low), percent(rate.high))),
        ]
    };
    PageTable {
        title: both(
            "Кто проверял: находки при равном риске. Для руководителя; ни один балл этого не читает",
            "Who inspected: findings at equal risk. For managers; no score reads it",
        ),
        head: vec![
            both("Группа или инспектор", "Group or inspector"),
            both("Визитов", "Visits"),
            both("Нарушений", "Violations"),
            both("Обещано моделью", "Promised by the model"),
            both("Доля при среднем риске, %", "Rate at mean risk, %"),
        ],
        rows: report.inspectors.iter().map(of).collect(),
    }
}

fn group_table(
    title: &Localized,
    figures: &[GroupFigures],
    number: &dyn Fn(f64, usize) -> String,
) -> PageTable {
    let percent = |share: f64| number(100.0 * share, 1);
    let interval = |one: dozor_scoring::Interval| {
        format!("{} ({} … {})", percent(one.value), percent(one.low), percent(one.high))
    };
    let of = |one: &GroupFigures| {
        let name = if one.group.is_empty() { both("все", "all") } else { same(one.group.clone()) };
        let misjudged =
            if one.misjudged { both("вне интервала", "outside") } else { both("", "") };
        vec![
            name,
            same(one.objects.to_string()),
            same(interval(one.burdened)),
            same(one.hit_rate.map(interval).unwrap_or_default()),
            same(one.promised.map(percent).unwrap_or_default()),
            misjudged,
        ]
    };
    PageTable {
        title: both(
            &format!("{}: кого обременяют категории и верны ли обещания", title.ru),
            &format!("{}: whom the categories burden and whether the promises hold", title.en),
        ),
        head: vec![
            both("Группа", "Group"),
            both("Событий", "Events"),
            both("Высокий риск и выше, %", "High and above, %"),
            both("Нарушений найдено, %", "Violations found, %"),
            both("Обещано, %", "Promised, %"),
            both("", ""),
        ],
        rows: figures.iter().take(LINES + 1).map(of).collect(),
    }
}
