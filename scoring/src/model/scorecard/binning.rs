//! Monotone binning: a number's range is cut so that the share of violations only rises, or only falls, from bin to
//! bin, and no bin is small. A reader then finds no bin whose points contradict its neighbours'.

/// Quantiles from which the search begins.
const FINE: usize = 20;
/// Bins of a feature at most: more would not fit a line of the annex.
const MOST: usize = 6;
/// Least share of the known rows in a bin.
const LEAST: f64 = 0.05;

/// Counts what was found in a bin.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Counts {
    pub(crate) hits: f64,
    pub(crate) clean: f64,
}

impl Counts {
    pub(crate) fn add(&mut self, label: bool, weight: f64) {
        if label { self.hits += weight } else { self.clean += weight }
    }
    pub(crate) fn rows(self) -> f64 {
        self.hits + self.clean
    }
    fn joined(self, other: Self) -> Self {
        Self { hits: self.hits + other.hits, clean: self.clean + other.clean }
    }
    fn rate(self) -> f64 {
        (self.hits + 0.5) / (self.rows() + 1.0)
    }
    /// Returns the log-likelihood of the bin at its own rate.
    fn likelihood(self) -> f64 {
        self.hits * self.rate().ln() + self.clean * (1.0 - self.rate()).ln()
    }
    /// Returns the weight of evidence: the bin's log-odds less those of all rows. Half a row is added to each side,
    /// so that an empty side gives a finite number.
    pub(crate) fn evidence(self, all: Self) -> f64 {
        ((self.hits + 0.5) / (self.clean + 0.5)).ln() - (all.hits / all.clean).ln()
    }
}

/// Is a bin: values from the previous bin's `below` on, under its own; the last has none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bin {
    pub(crate) below: Option<f64>,
    pub(crate) counts: Counts,
}

/// Cuts the known numbers (NaN is not known) into monotone bins; a single bin says that they tell nothing.
pub(crate) fn bins(numbers: &[f64], labels: &[bool], weight: impl Fn(usize) -> f64) -> Vec<Bin> {
    let cuts = cuts(numbers);
    let mut fine = vec![Counts::default(); cuts.len() + 1];
    for (row, number) in numbers.iter().enumerate().filter(|(_, number)| !number.is_nan()) {
        let place = cuts.partition_point(|cut| cut <= number);
        fine[place].add(labels[row], weight(row));
    }
    let ends = cuts.iter().copied().map(Some).chain([None]);
    let fine: Vec<Bin> = ends.zip(fine).map(|(below, counts)| Bin { below, counts }).collect();
    let fine = joined_empty(fine);
    let rising = pooled(&fine, |before, after| before < after);
    let falling = pooled(&fine, |before, after| before > after);
    let likelihood = |bins: &[Bin]| bins.iter().map(|bin| bin.counts.likelihood()).sum::<f64>();
    let falls = likelihood(&falling) > likelihood(&rising);
    let mut bins = if falls { falling } else { rising };
    coarsen(&mut bins);
    // The half row that is added to each side weighs less in a joined bin: the order is asked once more.
    if falls {
        pooled(&bins, |before, after| before > after)
    } else {
        pooled(&bins, |before, after| before < after)
    }
}

/// Returns quantiles as numbers of three significant digits: cuts that a person can read.
fn cuts(numbers: &[f64]) -> Vec<f64> {
    let mut known: Vec<f64> = numbers.iter().copied().filter(|number| !number.is_nan()).collect();
    known.sort_by(f64::total_cmp);
    let (Some(low), Some(high)) = (known.first().copied(), known.last().copied()) else { return Vec::new() };
    let mut cuts: Vec<f64> =
        (1..FINE).filter_map(|part| known.get(part * known.len() / FINE)).map(|cut| readable(*cut)).collect();
    cuts.retain(|cut| *cut > low && *cut <= high);
    cuts.dedup_by(|a, b| a.total_cmp(b).is_eq());
    cuts
}

fn readable(value: f64) -> f64 {
    format!("{value:.2e}").parse().unwrap_or(value)
}

fn joined_empty(bins: Vec<Bin>) -> Vec<Bin> {
    let mut kept: Vec<Bin> = Vec::new();
    for bin in bins {
        match kept.last_mut() {
            Some(last) if bin.counts.rows() == 0.0 || last.counts.rows() == 0.0 => {
                *last = Bin { below: bin.below, counts: last.counts.joined(bin.counts) };
            }
            Some(_) | None => kept.push(bin),
        }
    }
    kept
}

fn pooled(bins: &[Bin], in_order: impl Fn(f64, f64) -> bool) -> Vec<Bin> {
    let mut pooled: Vec<Bin> = Vec::new();
    for bin in bins {
        pooled.push(*bin);
        while let [.., before, after] = pooled.as_slice() {
            if in_order(before.counts.rate(), after.counts.rate()) {
                break;
            }
            let joined = Bin { below: after.below, counts: before.counts.joined(after.counts) };
            pooled.truncate(pooled.len() - 2);
            pooled.push(joined);
        }
    }
    pooled
}

/// Joins neighbours at the least loss of likelihood until none is small and there are few.
fn coarsen(bins: &mut Vec<Bin>) {
    let all: f64 = bins.iter().map(|bin| bin.counts.rows()).sum();
    let small = |bin: &Bin| bin.counts.rows() < LEAST * all;
    while bins.len() > 1 && (bins.len() > MOST || bins.iter().any(small)) {
        let few = bins.len() <= MOST;
        let loss = |at: usize| {
            let (a, b) = (bins[at].counts, bins[at + 1].counts);
            a.likelihood() + b.likelihood() - a.joined(b).likelihood()
        };
        let candidates = (0..bins.len() - 1).filter(|at| !few || small(&bins[*at]) || small(&bins[at + 1]));
        let Some(at) = candidates.min_by(|a, b| loss(*a).total_cmp(&loss(*b))) else { return };
        let after = bins.remove(at + 1);
        bins[at] = Bin { below: after.below, counts: bins[at].counts.joined(after.counts) };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_step_in_the_rate_becomes_a_cut() {
        let numbers: Vec<f64> = (0..1_000).map(f64::from).collect();
        let labels: Vec<bool> = (0..1_000).map(|i| if i < 500 { i % 10 == 0 } else { i % 2 == 0 }).collect();
        let found = bins(&numbers, &labels, |_| 1.0);
        assert!(found.iter().any(|bin| bin.below == Some(500.0)), "{found:?}");
        assert!(found.len() <= MOST);
    }

    #[test]
    fn what_tells_nothing_is_one_bin() {
        assert_eq!(bins(&[f64::NAN, 3.0, 3.0], &[true, false, true], |_| 1.0).len(), 1);
    }

    proptest! {
        #[test]
        fn rates_go_one_way_and_no_row_is_lost(
            rows in proptest::collection::vec((0_i32..40, any::<bool>()), 30..300),
        ) {
            let numbers: Vec<f64> = rows.iter().map(|row| f64::from(row.0)).collect();
            let labels: Vec<bool> = rows.iter().map(|row| row.1).collect();
            let found = bins(&numbers, &labels, |_| 1.0);
            let rates: Vec<f64> = found.iter().map(|bin| bin.counts.rate()).collect();
            let rising = rates.windows(2).all(|pair| pair[0] <= pair[1]);
            let falling = rates.windows(2).all(|pair| pair[0] >= pair[1]);
            prop_assert!(rising || falling, "{:?}", rates);
            prop_assert_eq!(found.iter().map(|bin| bin.counts.rows()).sum::<f64>(), rows.len() as f64);
        }
    }
}
