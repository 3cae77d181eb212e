//! Words for codes: of records' fields and their values by the pack's `words.toml`, of what an event lacks here.

use dozor_domain as domain;
use dozor_domain::Value;

use super::common::{Localized, value_text};
use super::{Queries, RegisterIndex};
use crate::dozor::Dozor;

impl Queries {
    /// Returns the name of a record's field: the pack's, else that of the fact of the same name, else its own.
    pub(super) fn field_title(&self, field: &str) -> Localized {
        if let Some(words) = self.dozor.methodology.words.fields.get(field) {
            return Localized::from(words);
        }
        let fact = self.dozor.methodology.catalogue.head(field);
        fact.map_or_else(|| Localized::same(field.replace('_', " ")), |fact| Localized::from(&fact.title))
    }

    /// Returns a value in words: codes by the names that the pack gives them, numbers and days as people write them.
    pub(super) fn value_words(&self, field: &str, value: &Value) -> Localized {
        if let Value::Date(day) = value {
            return day_words(*day);
        }
        self.code_words(field, value).unwrap_or_else(|| {
            Localized::from(&dozor_scoring::value_in_words(value, &domain::Localized::default()))
        })
    }

    /// Returns the names of codes: of the program's own fields, else by the pack's words; none for what has no name.
    pub(super) fn code_words(&self, field: &str, value: &Value) -> Option<Localized> {
        if let Value::Codes(codes) = value {
            let names: Vec<_> = codes.iter().map(|code| self.code_word(field, code)).collect();
            if names.iter().all(Option::is_none) {
                return None;
            }
            let name =
                |(code, name): (&String, Option<Localized>)| name.unwrap_or_else(|| Localized::same(code));
            let names: Vec<Localized> = codes.iter().zip(names).map(name).collect();
            let join = |pick: fn(&Localized) -> &str| names.iter().map(pick).collect::<Vec<_>>().join(", ");
            return Some(Localized { ru: join(|one| &one.ru), en: join(|one| &one.en) });
        }
        self.code_word(field, &value_text(value))
    }

    fn code_word(&self, field: &str, code: &str) -> Option<Localized> {
        let methodology = &self.dozor.methodology;
        let words = methodology.words.values.get(field).and_then(|codes| codes.get(code));
        if let Some(words) = words {
            return Some(Localized::from(words));
        }
        match field {
            "rule" => methodology.rules.rule(code).map(|rule| Localized::from(&rule.head().title)),
            "event_kind" => {
                let line = methodology.planner.events.lines().iter().find(|line| line.code == code);
                line.map(|line| Localized::from(&line.title))
            }
            "control_kind" => {
                let kind = methodology.manifest.control_kinds.iter().find(|kind| kind.code == code);
                kind.map(|kind| Localized::from(&kind.short))
            }
            "object_kind" => {
                let kind = methodology.manifest.object_kinds.iter().find(|kind| kind.code == code);
                kind.map(|kind| Localized::from(&kind.title))
            }
            _ => None,
        }
    }

    /// Returns the names of sources, joined; none for none.
    pub(super) fn sources_title(&self, names: &[String]) -> Option<Localized> {
        let titles: Vec<Localized> = names.iter().map(|name| self.dozor.source_title(name)).collect();
        let join = |pick: fn(&Localized) -> &str| titles.iter().map(pick).collect::<Vec<_>>().join(", ");
        (!titles.is_empty()).then(|| Localized { ru: join(|one| &one.ru), en: join(|one| &one.en) })
    }

    /// Returns the unit of a feature of the model that is a quantity.
    pub(super) fn unit_of(&self, feature: &str) -> Option<Localized> {
        let head = self.dozor.methodology.catalogue.head(feature)?;
        (!head.unit.ru.is_empty()).then(|| Localized::from(&head.unit))
    }

    /// Returns the name of a feature of the model: of its fact, with the value or the gap that it stands for.
    pub(super) fn feature_title(&self, feature: &str) -> Localized {
        let title = |fact: &str| self.dozor.methodology.catalogue.head(fact).map(|head| head.title.clone());
        if let Some(found) = title(feature) {
            return Localized::from(&found);
        }
        if let Some(fact) = feature.strip_prefix("missing:") {
            let name =
                title(fact).unwrap_or_else(|| domain::Localized { ru: fact.to_owned(), en: fact.to_owned() });
            return both(&format!("{}: нет данных", name.ru), &format!("{}: no data", name.en));
        }
        match feature.split_once(['=', ':']) {
            Some((fact, value)) => title(fact).map_or_else(
                || Localized::same(feature),
                |name| {
                    let value = self.code_word(fact, value).unwrap_or_else(|| Localized::same(value));
                    both(&format!("{}: {}", name.ru, value.ru), &format!("{}: {}", name.en, value.en))
                },
            ),
            None => Localized::same(feature),
        }
    }
}

/// Returns a day as people write it.
fn day_words(day: jiff::civil::Date) -> Localized {
    let (date, month, year) = (day.day(), day.month(), day.year());
    Localized { ru: format!("{date:02}.{month:02}.{year}"), en: format!("{date:02}/{month:02}/{year}") }
}

fn both(ru: &str, en: &str) -> Localized {
    Localized { ru: ru.to_owned(), en: en.to_owned() }
}

/// Says what the lightest kind of event lacks; the code itself for a code of a later version.
pub(crate) fn lack(code: &str) -> Localized {
    match code {
        "event_kind" => {
            both("в этот день такого вида мероприятия нет", "there is no such kind of event on that day")
        }
        "control_kind" => {
            both("вид контроля не знает такого мероприятия", "the kind of control does not know this event")
        }
        "desk_decision" => {
            both("нет решения камеральной группы о признаке", "the desk has not decided the sign")
        }
        "ground" => {
            both("основание не подходит для мероприятия", "the ground is none for this kind of event")
        }
        "category_decision" => {
            both("категория только предложена, решения нет", "the category is only proposed")
        }
        "moratorium" => both("действует мораторий на проверки", "a moratorium forbids it"),
        "not_for_category" => {
            both("для этой категории таких мероприятий нет", "the category has no events of this kind")
        }
        "cap_used_up" => both(
            "предел частоты уже исчерпан (чужое мероприятие, основания которого нет в записях, считается плановым)",
            "the cap of frequency is used up (an event of others counts as planned where no record has its ground)",
        ),
        "prosecutor_approval" => both("нет согласования прокуратуры", "the prosecutor has not agreed"),
        "order_day" => both("поручение на другой день", "the order is for another day"),
        "order_not_issued" => {
            both("поручение не подписано и не выдано", "the order is not signed and issued")
        }
        "order_issued_later" => {
            both("поручение выдано позже, чем начат выезд", "the order was issued after the visit had begun")
        }
        "working_day" => both("день нерабочий", "the day is no working day"),
        "applicant" => both("заявитель не подтверждён", "nobody has verified the applicant"),
        "category_criteria" => {
            both("категория присвоена вопреки критериям", "the category was set against the criteria")
        }
        "agreed_plan" => both("нет в согласованном плане года", "it stands in no agreed plan of the year"),
        "prescription_term" => both("срок предписания не истёк", "the prescription's term has not passed"),
        "prescription_suspended" => {
            both("предписание приостановлено жалобой", "a complaint suspends the prescription")
        }
        "notice" => both("нет уведомления в срок", "there was no notice in time"),
        "register_entry" => both("нет записи в реестре до начала", "the register has no entry from before"),
        "duration" => both("дольше, чем допускает вид мероприятия", "it would last longer than its kind may"),
        "business_hours" => {
            both("часы малого предприятия исчерпаны", "the hours of the small business are used up")
        }
        "rotation" => both("этот инспектор был здесь в прошлый раз", "the same inspector was there last"),
        "dwelling_consent" => both("нет согласия проживающих", "those who live there have not consented"),
        "public_ground" => both("место не общедоступное", "the place is not open to everybody"),
        other => Localized::same(other),
    }
}

/// Says in words what somebody has to do before what a visit lacks is there; none where time alone brings it.
pub(crate) fn needed(code: &str) -> Option<Localized> {
    let words = match code {
        "desk_decision" => both("камеральной группе — решить признак", "the desk has to decide the sign"),
        "category_decision" => both("руководителю — решить категорию", "the head has to decide the category"),
        "category_criteria" => {
            both("решить категорию по критериям", "the category has to be decided by the criteria")
        }
        "prosecutor_approval" => {
            both("получить согласование прокуратуры", "the prosecutor has to agree first")
        }
        "agreed_plan" => both(
            "внести мероприятие в план года и согласовать его",
            "the event has to be put into the plan of a year, and that agreed",
        ),
        "applicant" => both("подтвердить заявителя", "the applicant has to be verified"),
        "ground" => both(
            "нужно основание, которое закон называет для мероприятия",
            "a ground is needed that the law names for the event",
        ),
        "dwelling_consent" => both("получить согласие проживающих", "those who live there have to consent"),
        "public_ground" => both(
            "нужно основание мероприятия со взаимодействием",
            "a ground of an event with interaction is needed",
        ),
        "not_for_category" => both(
            "при этой категории такого мероприятия не будет: нужно другое основание",
            "under this category there is no such event: another ground is needed",
        ),
        "event_kind" | "control_kind" => both(
            "методологу — завести такой вид мероприятия",
            "the methodologist has to bring in such a kind of event",
        ),
        "prescription_suspended" => {
            both("дождаться решения по жалобе", "the complaint has to be decided first")
        }
        "register_entry" => {
            both("внести мероприятие в реестр", "the event has to be entered in the register")
        }
        "notice" => both("уведомить лицо", "the person has to be notified"),
        "duration" => both("сократить мероприятие", "the event has to be shorter"),
        "rotation" => both("послать другого инспектора", "another inspector has to go"),
        _ => return None,
    };
    Some(words)
}

impl Dozor {
    /// Returns the name of a rule; its id when the methodology has it no more.
    pub(super) fn rule_title(&self, id: &str) -> Localized {
        let rule = self.methodology.rules.rule(id);
        rule.map_or_else(|| Localized::same(id), |rule| Localized::from(&rule.head().title))
    }

    /// Returns the name of a skill: a kind of control, or the code of a piece of equipment.
    pub(super) fn skill_title(&self, code: &str) -> Localized {
        let kind = self.methodology.manifest.control_kinds.iter().find(|kind| kind.code == code);
        kind.map_or_else(|| Localized::same(code), |kind| Localized::from(&kind.short))
    }

    /// Returns the name of what a quota counts.
    pub(super) fn quota_title(
        &self,
        of: domain::QuotaKind,
        code: &str,
        register: &RegisterIndex,
    ) -> Localized {
        let known = match of {
            domain::QuotaKind::EventKind => {
                let line = self.methodology.planner.events.lines().iter().find(|line| line.code == code);
                line.map(|line| Localized::from(&line.title))
            }
            domain::QuotaKind::Territory => {
                register.territory(Some(code)).map(|one| Localized::same(one.name))
            }
            domain::QuotaKind::Unit => None,
        };
        known.unwrap_or_else(|| Localized::same(code))
    }

    /// Returns the name of a role.
    pub(super) fn role_title(&self, code: &str) -> Localized {
        let role = self.methodology.manifest.roles.iter().find(|role| role.code == code);
        role.map_or_else(|| Localized::same(code), |role| Localized::from(&role.title))
    }

    /// Returns the name of a source.
    pub(super) fn source_title(&self, name: &str) -> Localized {
        if name == "object" {
            return both("Реестр объектов", "Register of objects");
        }
        let source = self.methodology.sources.get(name);
        source.map_or_else(|| Localized::same(name), |spec| Localized::from(&spec.title))
    }
}
