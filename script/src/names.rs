//! The names that a script may read, with their types.

use std::collections::BTreeMap;

use dozor_domain::ValueType;

/// Holds the names that a script may read, sorted, with their declared types.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(BTreeMap<String, ValueType>);

impl Names {
    /// Makes an empty set of names.
    pub fn new() -> Self {
        Self::default()
    }
    /// Adds a name, or changes its type.
    pub fn insert(&mut self, name: impl Into<String>, value_type: ValueType) {
        self.0.insert(name.into(), value_type);
    }
    /// Returns the type of a name.
    pub fn get(&self, name: &str) -> Option<ValueType> {
        self.0.get(name).copied()
    }
    /// Tells whether the name is known.
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
    /// Returns all names with their types, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, ValueType)> {
        self.0.iter().map(|(name, value_type)| (name.as_str(), *value_type))
    }
    /// Returns the known name that is spelt most like this one, where one is near enough to be meant.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        let limit = (name.chars().count() / 3).max(2);
        self.0
            .keys()
            .map(|known| (edit_distance(name, known), known.as_str()))
            .filter(|(distance, _)| *distance <= limit)
            .min()
            .map(|(_, known)| known)
    }
}

impl<S: Into<String>> FromIterator<(S, ValueType)> for Names {
    fn from_iter<I: IntoIterator<Item = (S, ValueType)>>(names: I) -> Self {
        Self(names.into_iter().map(|(name, value_type)| (name.into(), value_type)).collect())
    }
}

/// Returns Levenshtein's distance in characters.
fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (line, left_char) in left.chars().enumerate() {
        let mut diagonal = line;
        let mut before = line + 1;
        for (slot, right_char) in row.iter_mut().skip(1).zip(&right) {
            let cost = diagonal + usize::from(left_char != *right_char);
            diagonal = *slot;
            *slot = cost.min(diagonal + 1).min(before + 1);
            before = *slot;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found_and_a_far_one_is_not() {
        let names: Names = [("lease_days_left", ValueType::Integer), ("land_used_area_m2", ValueType::Float)]
            .into_iter()
            .collect();
        assert_eq!(names.nearest("lease_day_left"), Some("lease_days_left"));
        assert_eq!(names.nearest("land_used_area"), Some("land_used_area_m2"));
        assert_eq!(names.nearest("colour"), None);
        assert_eq!(edit_distance("", "abc"), 3);
        assert_eq!(edit_distance("kitten", "sitting"), 3);
    }
}
