//! The whole methodology as a document that people read, in Russian or English: Markdown with references and marks.

use std::fmt::Write as _;

use dozor_domain::{LegalMark, LegalReference, Localized, RiskCategory, RuleKind, SeverityEffect};
use dozor_scoring::{Estimate, ModelRole};

use crate::methodology::LoadedMethodology;
use crate::passports::{RulePassport, ThresholdHistory, is_checked};

/// Is the language of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Russian.
    Russian,
    /// English.
    English,
}

impl Language {
    /// Reads `ru` or `en`.
    pub fn parse(code: &str) -> Option<Self> {
        match code {
            "ru" => Some(Self::Russian),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    fn of(self, text: &Localized) -> &str {
        match self {
            Self::Russian => &text.ru,
            Self::English => &text.en,
        }
    }

    fn say(self, russian: &'static str, english: &'static str) -> &'static str {
        match self {
            Self::Russian => russian,
            Self::English => english,
        }
    }
}

/// Is a document that is being written.
struct Writer<'a> {
    methodology: &'a LoadedMethodology,
    language: Language,
    text: String,
}

/// Writes the methodology; `passports` are those of its rules, empty where no history is at hand.
pub fn document(
    methodology: &LoadedMethodology,
    number: Option<i64>,
    passports: &[RulePassport],
    language: Language,
) -> String {
    let mut writer = Writer { methodology, language, text: String::new() };
    writer.head(number);
    writer.policy();
    let kinds =
        [RuleKind::Criterion, RuleKind::GoodFaith, RuleKind::Sign, RuleKind::Indicator, RuleKind::Ordering];
    for kind in kinds {
        writer.rules_of(kind, passports);
    }
    writer.facts();
    writer.text
}

/// Writes a share in per cent with its interval.
fn interval(Estimate { value, low, high }: Estimate) -> String {
    format!("{:.1} % ({:.1}–{:.1} %)", value * 100.0, low * 100.0, high * 100.0)
}

impl Writer<'_> {
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn head(&mut self, number: Option<i64>) {
        let (language, manifest) = (self.language, &self.methodology.manifest);
        let mut head =
            format!("# {}: {}\n\n", language.say("Методика", "Methodology"), language.of(&manifest.title));
        let _ = writeln!(head, "{}  ", language.of(&manifest.authority));
        if let Some(number) = number {
            let _ = writeln!(head, "{} {number}  ", language.say("Версия", "Version"));
        }
        let _ = writeln!(head, "SHA-256 `{}`\n", self.methodology.hash);
        for control in &manifest.control_kinds {
            let _ = writeln!(head, "* {} (`{}`)", language.of(&control.title), control.code);
        }
        self.line(&head);
    }

    fn category(&self, category: RiskCategory) -> String {
        let title = self.methodology.manifest.category_titles.get(&category);
        title.map_or_else(|| category.code().to_owned(), |title| self.language.of(title).to_owned())
    }

    fn policy(&mut self) {
        let language = self.language;
        let policy = self.methodology.policy.text();
        let mut text =
            format!("## {}\n\n", language.say("Как получается категория", "How a category comes about"));
        let role = match policy.role {
            ModelRole::RulesOnly => language.say(
                "Категорию дают только правила. Модель упорядочивает работу внутри категории.",
                "Rules alone give the category. The model orders work inside a category.",
            ),
            ModelRole::ScorecardMatrix => language.say(
                "Группу вероятности дают правила; опубликованная таблица баллов модели может поднять её не более чем на одну.",
                "Rules give the probability group; the published scorecard of the model may raise it by one at most.",
            ),
            ModelRole::Matrix => language.say(
                "Группу вероятности даёт калиброванная вероятность нарушения.",
                "The calibrated probability of a violation gives the probability group.",
            ),
        };
        let _ = writeln!(text, "{role}\n\n### {}\n", language.say("Тяжесть", "Severity"));
        for one in &policy.severity {
            let _ = writeln!(text, "* **{}**: {} (`{}`)", one.group, language.of(&one.title), one.when);
        }
        if let Some(last) = policy.severity_groups.last() {
            let _ = writeln!(text, "* **{last}**: {}", language.of(&policy.severity_default));
        }
        let _ = writeln!(text, "\n### {}\n", language.say("Вероятность", "Probability"));
        let bounds = if policy.role == ModelRole::Matrix { &policy.probability } else { &policy.points };
        for group in &policy.probability_groups {
            let bound = bounds.get(group).map_or_else(
                || language.say("остальные", "the rest").to_owned(),
                |bound| format!("{} {bound}", language.say("от", "from")),
            );
            let _ = writeln!(text, "* **{group}**: {bound}");
        }
        let _ = writeln!(text, "\n| | {} |", policy.probability_groups.join(" | "));
        let _ = writeln!(text, "|---|{}", "---|".repeat(policy.probability_groups.len()));
        for group in &policy.severity_groups {
            let cells = policy.table.get(group).into_iter().flatten().map(|one| self.category(*one));
            let _ = writeln!(text, "| **{group}** | {} |", cells.collect::<Vec<_>>().join(" | "));
        }
        self.line(&text);
    }

    fn rules_of(&mut self, kind: RuleKind, passports: &[RulePassport]) {
        let methodology = self.methodology;
        let rules: Vec<&dozor_rules::Rule> = methodology
            .rules
            .rules()
            .iter()
            .filter(|rule| rule.head().kinds.first() == Some(&kind))
            .collect();
        if rules.is_empty() {
            return;
        }
        let language = self.language;
        let title = match kind {
            RuleKind::Criterion => language.say("Критерии отнесения", "Criteria"),
            RuleKind::GoodFaith => language.say("Добросовестность", "Good faith"),
            RuleKind::Sign => language.say("Признаки нарушений", "Signs of violations"),
            RuleKind::Indicator => language.say("Индикаторы риска", "Risk indicators"),
            RuleKind::Ordering => language.say("Очерёдность (не категория)", "Order of work (no category)"),
        };
        self.line(&format!("## {title}\n"));
        for rule in rules {
            let passport = passports.iter().find(|one| one.rule == rule.head().id);
            self.rule(rule, passport);
        }
    }

    fn rule(&mut self, rule: &dozor_rules::Rule, passport: Option<&RulePassport>) {
        let (language, head) = (self.language, rule.head());
        let mut text = format!("### {}\n\n`{}`", language.of(&head.title), head.id);
        if head.points != 0.0 {
            let _ = write!(text, " · {} {}", language.say("баллы", "points"), head.points);
        }
        if head.priority != 0.0 {
            let _ = write!(text, " · {} {}", language.say("место в очереди", "priority"), head.priority);
        }
        if let Some(floor) = head.floor {
            let _ = write!(text, " · {} {}", language.say("не ниже", "not below"), self.category(floor));
        }
        match &head.severity {
            Some(SeverityEffect::AtLeast(group)) => {
                let _ = write!(text, " · {} {group}", language.say("тяжесть не ниже", "severity at least"));
            }
            Some(SeverityEffect::LiftBy(steps)) => {
                let _ = write!(text, " · {} +{steps}", language.say("тяжесть", "severity"));
            }
            None => {}
        }
        if let Some(day) = rule.effective_from() {
            let _ = write!(text, " · {} {day}", language.say("действует с", "in force from"));
        }
        text.push_str("\n\n");
        let written = rule.passport();
        let fields = [
            (language.say("Охраняемая ценность", "Protects"), &written.protects),
            (language.say("Порог", "Threshold"), &written.threshold),
            (language.say("Исключения", "Exceptions"), &written.exceptions),
            (language.say("Примечание", "Note"), &written.note),
            (language.say("Отвечает", "Owner"), &written.owner),
        ];
        for (name, value) in fields {
            if let Some(value) = value {
                let _ = writeln!(text, "* {name}: {}", language.of(value));
            }
        }
        if let Some(day) = written.review_on {
            let _ = writeln!(text, "* {}: {day}", language.say("Пересмотреть до", "Review by"));
        }
        self.history(passport, &mut text);
        self.basis(&head.basis, &mut text);
        let _ = writeln!(text, "\n```rhai\n{}\n```", rule.script());
        self.line(&text);
    }

    fn history(&self, passport: Option<&RulePassport>, text: &mut String) {
        let language = self.language;
        let Some(history) = passport.and_then(|one| one.history.as_ref()) else { return };
        let _ = writeln!(
            text,
            "* {}: {}",
            language.say("Сработало перед мероприятиями за три года", "Fired before events of three years"),
            history.fired
        );
        let shares = [
            (language.say("Подтверждено в поле", "Confirmed in the field"), history.confirmed),
            (language.say("Отменено", "Annulled"), history.annulled),
            (
                language.say("Нарушений там, где не сработало", "Violations where it did not fire"),
                history.otherwise,
            ),
        ];
        for (name, share) in shares {
            if let Some(share) = share {
                let _ = writeln!(text, "* {name}: {}", interval(share));
            }
        }
        for threshold in &history.thresholds {
            self.threshold(threshold, text);
        }
    }

    /// Says why a number is what it is: what it and numbers around it would have found.
    fn threshold(&self, threshold: &ThresholdHistory, text: &mut String) {
        let language = self.language;
        let _ = writeln!(
            text,
            "\n{} **{}** — `{}`\n\n| {} | {} | {} |\n|---|---|---|",
            language.say("Порог", "Threshold"),
            threshold.written,
            threshold.line.replace('`', "'"),
            language.say("было бы", "were it"),
            language.say("сработало", "fired"),
            language.say("подтверждено в поле (95 %)", "confirmed in the field (95 %)")
        );
        for step in &threshold.steps {
            let mark = if step.written == threshold.written { "**" } else { "" };
            let confirmed = step.confirmed.map_or_else(|| "—".to_owned(), interval);
            let _ = writeln!(text, "| {mark}{}{mark} | {} | {confirmed} |", step.written, step.fired);
        }
        text.push('\n');
    }

    fn basis(&self, basis: &[LegalReference], text: &mut String) {
        let language = self.language;
        for one in basis {
            let mark = match one.mark {
                LegalMark::Seen => "✔",
                LegalMark::Known => "◇",
                LegalMark::ToFill => "✎",
            };
            let _ = write!(text, "* {}: {mark} {}", language.say("Основание", "Basis"), one.text);
            if let Some(day) = one.in_force_from {
                let _ = write!(text, ", {} {day}", language.say("действует с", "in force from"));
            }
            if let Some(day) = one.in_force_to {
                let _ = write!(text, ", {} {day}", language.say("по", "to"));
            }
            if one.checked_on.is_empty() {
                let _ = write!(text, " — **{}**", language.say("основание не сверено", "basis not checked"));
            } else {
                let (by, on) = (&one.checked_by, &one.checked_on);
                let _ = write!(text, " — {} {by}, {on}", language.say("сверено:", "checked:"));
            }
            text.push('\n');
        }
        if !is_checked(basis) && basis.is_empty() {
            let _ = writeln!(text, "* {}", language.say("Основание не указано", "No basis is named"));
        }
    }

    fn facts(&mut self) {
        let language = self.language;
        let mut text = format!("## {}\n\n", language.say("Факты", "Facts"));
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} |\n|---|---|---|---|",
            language.say("код", "code"),
            language.say("название", "title"),
            language.say("единица", "unit"),
            language.say("источники", "sources")
        );
        for fact in self.methodology.catalogue.facts() {
            let (title, unit) = (language.of(&fact.title), language.of(&fact.unit));
            let _ = writeln!(text, "| `{}` | {title} | {unit} | {} |", fact.code, fact.sources.join(", "));
        }
        self.line(&text);
    }
}
