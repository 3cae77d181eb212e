//! What people are told of each kind of fact: what it gives, and when it is missing.

use crate::definition::FactKind;

/// Is the description of a kind in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct KindText {
    /// What it gives.
    pub gives: &'static str,
    /// When it is missing, unless the fact says that zero is lawful.
    pub missing: &'static str,
}

const fn text(gives: &'static str, missing: &'static str) -> KindText {
    KindText { gives, missing }
}

impl FactKind {
    /// Lists all kinds.
    pub const ALL: [Self; 23] = [
        Self::Attribute,
        Self::Exists,
        Self::Count,
        Self::DistinctCount,
        Self::Sum,
        Self::Max,
        Self::Min,
        Self::Mean,
        Self::Share,
        Self::Difference,
        Self::Trend,
        Self::DaysSinceLast,
        Self::DaysSinceFirst,
        Self::WithinM,
        Self::Nearest,
        Self::Touches,
        Self::Neighbours,
        Self::KernelDensity,
        Self::OverlapArea,
        Self::OverlapShare,
        Self::LearntPrecision,
        Self::Ratio,
        Self::Derived,
    ];

    /// Describes the kind in Russian.
    pub fn in_russian(self) -> KindText {
        match self {
            Self::Attribute => text("поле последней записи", "записи нет или она этого не говорит"),
            Self::Exists => text("есть ли такая запись", "источник ещё не поступал или условие не проверить"),
            Self::Count => text("число записей", "источник ещё не поступал"),
            Self::DistinctCount => text("число разных значений", "источник ещё не поступал"),
            Self::Sum => text("сумма значений", "одно из слагаемых неизвестно или источник ещё не поступал"),
            Self::Max => text("наибольшее значение", "ни одной записи или одно из значений не прочесть"),
            Self::Min => text("наименьшее значение", "ни одной записи или одно из значений не прочесть"),
            Self::Mean => text("среднее известных значений", "ни одного значения"),
            Self::Share => text("доля записей, для которых условие верно", "ни одной записи"),
            Self::Difference => text(
                "последнее измерение минус предыдущее",
                "измерений меньше двух, они разного метода или одно не отвечает требованию",
            ),
            Self::Trend => text(
                "наклон значения за год или изменение числа записей",
                "значения лежат меньше чем на двух днях; источник ещё не поступал",
            ),
            Self::DaysSinceLast => text("дней с последней записи", "ни одной датированной записи"),
            Self::DaysSinceFirst => text("дней с первой записи", "ни одной датированной записи"),
            Self::WithinM => text("число записей не дальше расстояния", "место объекта неизвестно"),
            Self::Nearest => text("метров до ближайшей записи, 0 при касании", "места нет или записей нет"),
            Self::Touches => text(
                "касается ли объект чужой записи",
                "место объекта неизвестно или источник ещё не поступал",
            ),
            Self::Neighbours => text(
                "сводка по записям соседних объектов",
                "место объекта неизвестно или источник ещё не поступал",
            ),
            Self::KernelDensity => text("плотность записей вокруг (ядро Гаусса)", "место объекта неизвестно"),
            Self::OverlapArea => text("площадь наложения на слои", "нет места, контура или слоя"),
            Self::OverlapShare => text("доля площади под слоями", "нет места, контура или слоя"),
            Self::LearntPrecision => text(
                "подтверждаемость источника: нижняя граница 95 % (Уилсон)",
                "сигнала нет или проверенных сигналов слишком мало",
            ),
            Self::Ratio => text("один факт, делённый на другой", "один из них неизвестен или делитель 0"),
            Self::Derived => {
                text("выражение или таблица по другим фактам", "неизвестен факт или пары нет в таблице")
            }
        }
    }

    /// Describes the kind in English.
    pub fn in_english(self) -> KindText {
        match self {
            Self::Attribute => text("a field of the latest record", "there is no record, or it does not say"),
            Self::Exists => {
                text("whether there is such a record", "not delivered yet, or the condition is in doubt")
            }
            Self::Count => text("number of records", "not delivered yet"),
            Self::DistinctCount => text("number of different values", "not delivered yet"),
            Self::Sum => text("sum of values", "a part is unknown, or not delivered yet"),
            Self::Max => text("largest value", "no record, or one of the values cannot be read"),
            Self::Min => text("smallest value", "no record, or one of the values cannot be read"),
            Self::Mean => text("mean of the known values", "no value"),
            Self::Share => text("share of the records that the condition holds for", "no record"),
            Self::Difference => text(
                "last measurement minus the one before it",
                "fewer than two measurements, unlike methods, or one fails what is required",
            ),
            Self::Trend => text(
                "slope of a value a year, or change of the number of records",
                "values on fewer than two days; not delivered yet",
            ),
            Self::DaysSinceLast => text("days since the last record", "no dated record"),
            Self::DaysSinceFirst => text("days since the first record", "no dated record"),
            Self::WithinM => {
                text("number of records within a distance", "the place of the object is unknown")
            }
            Self::Nearest => {
                text("metres to the nearest record, 0 where they touch", "no place, or no record")
            }
            Self::Touches => text(
                "whether the object touches another's record",
                "the place of the object is unknown, or not delivered yet",
            ),
            Self::Neighbours => text(
                "an aggregate over the records of the objects around",
                "the place of the object is unknown, or not delivered yet",
            ),
            Self::KernelDensity => {
                text("density of records around (Gaussian)", "the place of the object is unknown")
            }
            Self::OverlapArea => text("area of the overlap with layers", "no place, shape or layer"),
            Self::OverlapShare => text("share of the area under layers", "no place, shape or layer"),
            Self::LearntPrecision => text(
                "precision of the source: lower bound of 95 % (Wilson)",
                "no signal, or too few judged signals",
            ),
            Self::Ratio => text("one fact divided by another", "either is unknown, or the divisor is 0"),
            Self::Derived => text(
                "an expression or a table over other facts",
                "a fact is unknown, or the pair is not listed",
            ),
        }
    }

    /// Returns the word of facts.toml.
    pub fn code(self) -> String {
        let written = serde_json::to_value(self).ok();
        written.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
    }
}
