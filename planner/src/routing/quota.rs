//! Limits of visits by group: an item's class and the crew that visits it say which groups a visit counts in. Without
//! groups nothing is counted.

/// Is which visits count where, and how many there may be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quotas {
    /// For each class the groups in which its items count.
    of_class: Vec<Vec<u32>>,
    /// For each crew the groups in which its visits count.
    of_crew: Vec<Vec<u32>>,
    /// For each group the most visits.
    pub(super) most: Vec<u32>,
    /// For each class whether its items count nowhere: each is the second half of a visit that is counted already.
    /// Classes beyond count.
    uncounted: Vec<bool>,
}

impl Quotas {
    /// Takes the groups of classes and of crews. A group belongs either to classes or to crews.
    pub fn new(of_class: Vec<Vec<u32>>, of_crew: Vec<Vec<u32>>, most: Vec<u32>) -> Self {
        Self { of_class, of_crew, most, uncounted: Vec::new() }
    }

    /// Says of which classes the items count nowhere.
    #[must_use]
    pub fn with_uncounted(self, uncounted: Vec<bool>) -> Self {
        Self { uncounted, ..self }
    }

    fn counts(&self, class: u32) -> bool {
        !self.uncounted.get(class as usize).is_some_and(|is| *is)
    }

    /// Adds a class that counts as another one does; its number is the number of classes so far.
    pub(super) fn add_class_like(&mut self, class: u32, number: u32) {
        if self.is_empty() {
            return;
        }
        self.of_class.resize(number as usize, Vec::new());
        self.of_class.push(self.groups_of_class(class).to_vec());
        self.uncounted.resize(number as usize, false);
        self.uncounted.push(!self.counts(class));
    }

    /// Tells whether nothing is limited.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.most.is_empty()
    }

    /// Returns the groups in which a visit of an item of a class by a crew counts.
    pub fn groups(&self, class: u32, crew: u32) -> impl Iterator<Item = u32> + '_ {
        let of_class = self.of_class.get(class as usize).into_iter().flatten();
        let of_crew = self.of_crew.get(crew as usize).filter(|_| self.counts(class));
        of_class.chain(of_crew.into_iter().flatten()).copied()
    }

    /// Returns the groups in which items of a class count, whoever visits them.
    pub fn groups_of_class(&self, class: u32) -> &[u32] {
        self.of_class.get(class as usize).map_or(&[], Vec::as_slice)
    }

    /// Returns the groups in which visits of a crew count.
    pub fn groups_of_crew(&self, crew: u32) -> &[u32] {
        self.of_crew.get(crew as usize).map_or(&[], Vec::as_slice)
    }

    /// Returns the most visits of a group.
    pub fn most(&self, group: u32) -> u32 {
        self.most.get(group as usize).copied().unwrap_or(u32::MAX)
    }

    /// Counts the visits of each group.
    pub fn count(&self, visits: impl Iterator<Item = (u32, u32)>) -> Vec<u32> {
        let mut counts = vec![0; self.most.len()];
        if !self.is_empty() {
            for (class, crew) in visits {
                self.groups(class, crew).for_each(|group| counts[group as usize] += 1);
            }
        }
        counts
    }

    /// Returns the same for some of the crews.
    pub(super) fn within(&self, crews: &[u32]) -> Self {
        if self.is_empty() {
            return Self::default();
        }
        let of_crew = crews.iter().map(|crew| self.groups_of_crew(*crew).to_vec()).collect();
        let (of_class, uncounted) = (self.of_class.clone(), self.uncounted.clone());
        Self { of_class, of_crew, most: self.most.clone(), uncounted }
    }
}
