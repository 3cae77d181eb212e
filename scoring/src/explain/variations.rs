//! The values to which a person could bring a fact: those at which a script or the card answers otherwise, and for small
//! counts each number on the way. Only towards less risk, where the catalogue says which way that is.

use dozor_domain::{Value, ValueType};
use dozor_facts::RiskDirection;

/// Whole numbers that are no further from each other are tried one by one.
const ONE_BY_ONE: u64 = 16;

/// Is a fact that the person can influence and the category reads.
#[derive(Clone, Debug, PartialEq)]
pub struct Influence {
    /// Name of the fact.
    pub fact: String,
    /// Which way it points; none where the catalogue does not say.
    pub risk: Option<RiskDirection>,
    /// The numbers that scripts and the card compare it with; zero needs no mention.
    pub numbers: Vec<f64>,
}

impl Influence {
    /// Returns the values to try, the nearest to the present one first; none for texts and lists of codes: what would
    /// be put in their place is no matter of less or more.
    pub(super) fn values(&self, own: Option<&Value>, value_type: ValueType) -> Vec<Value> {
        match value_type {
            ValueType::Boolean => {
                let flags = [true, false].into_iter().filter(|flag| match own {
                    Some(Value::Boolean(own)) => {
                        own != flag
                            && self.is_towards_less(f64::from(u8::from(*own)), f64::from(u8::from(*flag)))
                    }
                    _ => true,
                });
                flags.map(Value::Boolean).collect()
            }
            ValueType::Integer => {
                let own = match own {
                    Some(Value::Integer(own)) => Some(*own),
                    _ => None,
                };
                self.integers(own).into_iter().map(Value::Integer).collect()
            }
            ValueType::Float => {
                let own = match own {
                    Some(Value::Float(own)) => Some(*own),
                    _ => None,
                };
                self.floats(own).into_iter().map(Value::Float).collect()
            }
            ValueType::Text | ValueType::Codes | ValueType::Date | ValueType::Instant => Vec::new(),
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "counts and days are small"
    )]
    fn integers(&self, own: Option<i64>) -> Vec<i64> {
        let around = self.around().into_iter().filter(|number| number.abs() < 1e15);
        let mut tried: Vec<i64> =
            around.flat_map(|number| [number.floor() as i64, number.ceil() as i64]).collect();
        if let Some(own) = own {
            let ends: Vec<i64> =
                tried.iter().copied().filter(|end| end.abs_diff(own) <= ONE_BY_ONE).collect();
            tried.extend(ends.into_iter().flat_map(|end| own.min(end)..=own.max(end)));
            tried.retain(|value| *value != own && self.is_towards_less(own as f64, *value as f64));
            tried.retain(|value| *value >= 0 || own < 0);
        } else {
            tried.retain(|value| *value >= 0);
        }
        tried.sort_by_key(|value| (own.map_or(value.unsigned_abs(), |own| value.abs_diff(own)), *value));
        tried.dedup();
        tried
    }

    fn floats(&self, own: Option<f64>) -> Vec<f64> {
        let mut tried: Vec<f64> = self.around();
        tried.extend(self.numbers.iter().map(|number| number / 2.0));
        if let Some(own) = own {
            tried.retain(|value| self.is_towards_less(own, *value) && (*value >= 0.0 || own < 0.0));
        } else {
            tried.retain(|value| *value >= 0.0);
        }
        let from = own.unwrap_or(0.0);
        tried.sort_by(|left, right| {
            (left - from).abs().total_cmp(&(right - from).abs()).then_with(|| left.total_cmp(right))
        });
        tried.dedup();
        tried
    }

    /// Returns zero, and of each number itself, one less and one more: on both sides of whatever comparison it stands in.
    fn around(&self) -> Vec<f64> {
        let numbers = self.numbers.iter().filter(|number| number.is_finite());
        numbers.flat_map(|number| [number - 1.0, *number, number + 1.0]).chain([0.0]).collect()
    }

    fn is_towards_less(&self, own: f64, value: f64) -> bool {
        match self.risk {
            Some(RiskDirection::More) => value < own,
            Some(RiskDirection::Less) => value > own,
            Some(RiskDirection::Neither) | None => value.total_cmp(&own).is_ne(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn influence(risk: Option<RiskDirection>, numbers: &[f64]) -> Influence {
        Influence { fact: "fact".to_owned(), risk, numbers: numbers.to_vec() }
    }

    #[test]
    fn a_small_count_is_tried_one_by_one_and_only_towards_less_risk() {
        let whole = |risk, own: Option<i64>, numbers: &[f64]| influence(risk, numbers).integers(own);
        assert_eq!(whole(Some(RiskDirection::More), Some(3), &[1.0]), [2, 1, 0]);
        assert_eq!(whole(Some(RiskDirection::Less), Some(0), &[2.0]), [1, 2, 3]);
        assert_eq!(whole(Some(RiskDirection::More), Some(305), &[90.0]), [91, 90, 89, 0]);
        let days: Vec<i64> = (-59..=-42).chain([0, 23, 24, 25]).collect();
        assert_eq!(whole(Some(RiskDirection::Less), Some(-60), &[-43.0, 24.0]), days);
        assert_eq!(whole(None, None, &[2.0]), [0, 1, 2, 3]);
    }

    #[test]
    fn yes_and_no_and_decimals_go_one_way_too() {
        let less = influence(Some(RiskDirection::Less), &[]);
        assert_eq!(less.values(Some(&Value::Boolean(false)), ValueType::Boolean), [Value::Boolean(true)]);
        assert_eq!(less.values(Some(&Value::Boolean(true)), ValueType::Boolean), []);
        assert_eq!(less.values(None, ValueType::Boolean).len(), 2);
        assert_eq!(influence(Some(RiskDirection::More), &[0.5]).floats(Some(0.6)), [0.5, 0.25, 0.0]);
        assert_eq!(less.values(Some(&Value::Text("a".into())), ValueType::Text), []);
    }
}
