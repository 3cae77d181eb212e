//! Numbers that survive JSON to the last bit.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Is a finite number that is stored as its shortest decimal text: a JSON reader that rounds numbers its own way
/// would change a model by a bit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Exact(pub(crate) f64);

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Self(number)),
            _ => Err(D::Error::custom(format!("«{text}» is no finite number"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::*;
    use crate::seed::generator;

    #[test]
    fn numbers_come_back_to_the_last_bit() {
        for number in [0.1 + 0.2, 1e-300, -0.0, std::f64::consts::PI, 1.0 / 3.0] {
            let text = serde_json::to_string(&Exact(number)).unwrap();
            let back: Exact = serde_json::from_str(&text).unwrap();
            assert_eq!(back.0.to_bits(), number.to_bits(), "{text}");
        }
        assert!(serde_json::from_str::<Exact>("\"NaN\"").is_err());
    }

    /// Bases of categories and figures of models are plain JSON numbers. Without `float_roundtrip` of serde_json one in
    /// seven of such numbers comes back with another last bit.
    #[test]
    fn plain_numbers_of_json_come_back_to_the_last_bit_too() {
        let mut chance = generator(1, "test/json", 0);
        for _ in 0..20_000 {
            let number = chance.random::<f64>() * 10_f64.powi(chance.random_range(-12..12));
            let back: f64 = serde_json::from_str(&serde_json::to_string(&number).unwrap()).unwrap();
            assert_eq!(back.to_bits(), number.to_bits(), "{number}");
        }
    }
}
