//! `pack.toml`: names, zone, bounds, calendar, scale, kinds of control and of objects, roles.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Bounds, CategoryScale, Coded, ErrorInfo, Permission, WorkCalendar, Zone};

/// Is a text in Russian and English.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Localized {
    /// Russian.
    pub ru: String,
    /// English.
    pub en: String,
}

/// Says who vouches for a legal reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegalMark {
    /// Read in a published text.
    Seen,
    /// Known, not re-read.
    Known,
    /// To be filled by the authority.
    ToFill,
}

/// Is one legal reference with its mark. While `checked_on` is empty, whatever prints it says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegalReference {
    /// The act, article, part.
    pub text: String,
    /// Who vouches for it.
    pub mark: LegalMark,
    /// The lawyer who checked it; empty = nobody.
    #[serde(default)]
    pub checked_by: String,
    /// The day of that check, `YYYY-MM-DD`; empty = never.
    #[serde(default)]
    pub checked_on: String,
    /// First day on which the act is in force, where it is known: a rule may not hold before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_force_from: Option<Date>,
    /// Last day on which the act is in force, where it is known: a rule that rests on it alone ends with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_force_to: Option<Date>,
}

/// Is a kind of control (вид контроля).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlKind {
    /// Code, e.g. `municipal_land`.
    pub code: String,
    /// Name.
    pub title: Localized,
    /// Short name for lists.
    pub short: Localized,
    /// Kinds of object under this control.
    pub object_kinds: Vec<String>,
}

/// Is a kind of object of control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectKind {
    /// Code, e.g. `parcel`.
    pub code: String,
    /// Name.
    pub title: Localized,
}

/// Is a role and what it may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleDefinition {
    /// Code, e.g. `inspector`.
    pub code: String,
    /// Name.
    pub title: Localized,
    /// What it may do.
    pub permissions: BTreeSet<Permission>,
}

/// Is a login of the demo: made only by `dozor demo`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoLogin {
    /// Login name.
    pub login: String,
    /// Role code.
    pub role: String,
    /// Name shown.
    pub name: String,
    /// Key of the staff record that this user is; an inspector has one.
    #[serde(default)]
    pub staff: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarText {
    /// Years whose days off are all listed; a day of another year can't be planned.
    #[serde(default)]
    years: BTreeSet<i16>,
    #[serde(default)]
    holidays: Vec<Date>,
    #[serde(default)]
    working_weekends: Vec<Date>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScaleText {
    levels: CategoryScale,
    titles: std::collections::BTreeMap<crate::RiskCategory, Localized>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ManifestText {
    name: String,
    title: Localized,
    authority: Localized,
    zone: String,
    bounds: Bounds,
    #[serde(default)]
    calendar: CalendarText,
    scale: ScaleText,
    control_kinds: Vec<ControlKind>,
    object_kinds: Vec<ObjectKind>,
    territory_source: Option<String>,
    #[serde(default)]
    roles: Vec<RoleDefinition>,
    #[serde(default)]
    demo_logins: Vec<DemoLogin>,
}

/// Is a checked `pack.toml`.
#[derive(Clone, Debug)]
pub struct PackManifest {
    /// Code of the pack; part of every derived id.
    pub name: String,
    /// Name for people.
    pub title: Localized,
    /// Name of the control authority.
    pub authority: Localized,
    /// IANA name of the zone.
    pub zone_name: String,
    /// The zone.
    pub zone: Zone,
    /// Where the pack's geometry must lie.
    pub bounds: Bounds,
    /// Working days.
    pub calendar: WorkCalendar,
    /// Levels in use.
    pub scale: CategoryScale,
    /// Names of the levels.
    pub category_titles: std::collections::BTreeMap<crate::RiskCategory, Localized>,
    /// Kinds of control.
    pub control_kinds: Vec<ControlKind>,
    /// Kinds of object.
    pub object_kinds: Vec<ObjectKind>,
    /// Source whose areas are the pack's territories (districts).
    pub territory_source: Option<String>,
    /// Roles.
    pub roles: Vec<RoleDefinition>,
    /// Logins of the demo.
    pub demo_logins: Vec<DemoLogin>,
}

/// Codes of this module.
pub const PACK_ERRORS: &[ErrorInfo] = &[
    ErrorInfo {
        code: "PACK_TOML",
        cause: "pack.toml is not TOML of the expected form: a key is unknown, missing or of another type",
        action: "correct the key that the message names; docs/how-to/pack.md lists all keys",
    },
    ErrorInfo {
        code: "PACK_INCONSISTENT",
        cause: "pack.toml contradicts itself: a code is used that it does not declare",
        action: "declare the code or correct its spelling",
    },
];

/// Says what is wrong with a `pack.toml`.
#[derive(Debug, Error)]
pub enum PackError {
    /// It does not parse.
    #[error("reading pack.toml")]
    Toml(#[source] toml::de::Error),
    /// It parses and contradicts itself.
    #[error("checking pack.toml: {problem}")]
    Inconsistent {
        /// What contradicts what.
        problem: String,
    },
}

impl Coded for PackError {
    fn info(&self) -> &'static ErrorInfo {
        match self {
            Self::Toml(_) => &PACK_ERRORS[0],
            Self::Inconsistent { .. } => &PACK_ERRORS[1],
        }
    }
}

impl PackManifest {
    /// Parses and checks the text of a `pack.toml`.
    ///
    /// # Errors
    /// [`PackError::Toml`] with line and key, or [`PackError::Inconsistent`].
    pub fn parse(text: &str) -> Result<Self, PackError> {
        let raw: ManifestText = toml::from_str(text).map_err(PackError::Toml)?;
        let inconsistent = |problem: String| PackError::Inconsistent { problem };
        let zone = Zone::new(&raw.zone)
            .ok_or_else(|| inconsistent(format!("«{}» is no time zone of the tz database", raw.zone)))?;
        for kind in &raw.control_kinds {
            if let Some(unknown) = kind
                .object_kinds
                .iter()
                .find(|code| raw.object_kinds.iter().all(|known| known.code != **code))
            {
                return Err(inconsistent(format!(
                    "control kind «{}» names object kind «{unknown}»",
                    kind.code
                )));
            }
        }
        if let Some(level) = raw.scale.levels.levels().iter().find(|l| !raw.scale.titles.contains_key(l)) {
            return Err(inconsistent(format!("category «{level}» has no title")));
        }
        for login in &raw.demo_logins {
            if raw.roles.iter().all(|role| role.code != login.role) {
                return Err(inconsistent(format!("login «{}» names role «{}»", login.login, login.role)));
            }
        }
        let days = raw.calendar.holidays.iter().chain(&raw.calendar.working_weekends);
        if let Some(day) = days.into_iter().find(|day| !raw.calendar.years.contains(&day.year())) {
            return Err(inconsistent(format!("[calendar] holds {day}, whose year is not among its `years`")));
        }
        Ok(Self {
            name: raw.name,
            title: raw.title,
            authority: raw.authority,
            zone_name: raw.zone,
            zone,
            bounds: raw.bounds,
            calendar: WorkCalendar::new(
                raw.calendar.years,
                raw.calendar.holidays,
                raw.calendar.working_weekends,
            ),
            scale: raw.scale.levels,
            category_titles: raw.scale.titles,
            control_kinds: raw.control_kinds,
            object_kinds: raw.object_kinds,
            territory_source: raw.territory_source,
            roles: raw.roles,
            demo_logins: raw.demo_logins,
        })
    }

    /// Returns the control kinds that an object of this kind is under, in the pack's order.
    pub fn control_kinds_of<'a>(&'a self, object_kind: &'a str) -> impl Iterator<Item = &'a ControlKind> {
        self.control_kinds.iter().filter(move |kind| kind.object_kinds.iter().any(|code| code == object_kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACK: &str = r#"
name = "tiny"
title = { ru = "Малый", en = "Tiny" }
authority = { ru = "Орган", en = "Authority" }
zone = "Europe/Moscow"
bounds = [36.0, 55.0, 38.0, 57.0]
[scale]
levels = ["low", "medium", "high"]
titles = { low = { ru = "н", en = "l" }, medium = { ru = "с", en = "m" }, high = { ru = "в", en = "h" } }
[[object_kinds]]
code = "parcel"
title = { ru = "Участок", en = "Parcel" }
[[control_kinds]]
code = "land"
title = { ru = "З", en = "L" }
short = { ru = "З", en = "L" }
object_kinds = ["parcel"]
"#;

    #[test]
    fn unknown_keys_and_undeclared_codes_are_refused() {
        assert!(PackManifest::parse(PACK).is_ok());
        assert!(matches!(PackManifest::parse(&format!("colour = 1\n{PACK}")), Err(PackError::Toml(_))));
        let wrong = PACK.replace("object_kinds = [\"parcel\"]", "object_kinds = [\"ship\"]");
        assert!(matches!(PackManifest::parse(&wrong), Err(PackError::Inconsistent { .. })));
        let wrong = PACK.replace("Europe/Moscow", "Europe/Atlantis");
        assert!(matches!(PackManifest::parse(&wrong), Err(PackError::Inconsistent { .. })));
    }
}
