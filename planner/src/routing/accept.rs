//! Annealing: how much worse a step may be.

use rand::RngCore;

use super::settings::SearchSettings;

/// Iterations between two steps of the temperature.
pub(super) const STEP: u64 = 32;

/// Is the temperature of a search of so many iterations: in each cooling it falls by a constant ratio a step. The
/// first iterations, in which the speed is measured, are all at the first temperature, those after the last cooling at
/// the last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cooling {
    first: f64,
    ratio: f64,
    /// Iterations of one cooling.
    length: u64,
    /// Iterations before the first cooling.
    probe: u64,
    coolings: u64,
}

impl Cooling {
    /// Plans the coolings; `mean` is the mean profit of an item.
    pub(super) fn new(
        settings: &SearchSettings,
        mean: f64,
        items: usize,
        probe: u64,
        iterations: u64,
    ) -> Self {
        let rest = iterations.saturating_sub(probe);
        let usual = settings.cooling_per_item.saturating_mul(items as u64).max(1);
        let coolings = (rest / usual).clamp(1, settings.coolings.max(1));
        let length = (rest / coolings).max(1);
        let ratio = root(settings.last_temperature / settings.first_temperature, (length / STEP).max(1));
        Self { first: settings.first_temperature * mean, ratio, length, probe, coolings }
    }

    /// Tells whether a cooling begins with this iteration.
    pub(super) fn begins(&self, iteration: u64) -> bool {
        iteration >= self.probe
            && !self.is_over(iteration)
            && self.since(iteration).is_multiple_of(self.length)
    }

    /// Returns the temperature of an iteration.
    pub(super) fn temperature(&self, iteration: u64) -> f64 {
        let since = if self.is_over(iteration) { self.length } else { self.since(iteration) % self.length };
        self.first * power(self.ratio, since / STEP)
    }

    fn since(&self, iteration: u64) -> u64 {
        iteration.saturating_sub(self.probe)
    }

    fn is_over(&self, iteration: u64) -> bool {
        self.since(iteration) / self.length >= self.coolings
    }
}

/// Returns the n-th root of a ratio in 0..=1 by halving: only sums and products, so that the last bit is the same on
/// every machine.
fn root(ratio: f64, n: u64) -> f64 {
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..64 {
        let middle = (low + high) / 2.0;
        if power(middle, n) < ratio { low = middle } else { high = middle }
    }
    high
}

fn power(base: f64, mut exponent: u64) -> f64 {
    let (mut result, mut square) = (1.0, base);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result *= square;
        }
        square *= square;
        exponent >>= 1;
    }
    result
}

/// Draws from the exponential distribution with mean 1, within a hundredth: the logarithm's leading part is counted,
/// the rest is a parabola, for the same reason.
pub(super) fn exponential(random: &mut impl RngCore) -> f64 {
    let bits = random.next_u64();
    let zeros = bits.leading_zeros().min(40);
    // In 1..2.
    let mantissa = ((bits << zeros) >> 11) as f64 / (1_u64 << 52) as f64;
    let log2 = (mantissa - 1.0) * (1.0 + 0.346 * (2.0 - mantissa));
    (f64::from(zeros) + 1.0 - log2) * std::f64::consts::LN_2
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    #[test]
    fn the_temperature_falls_from_the_first_to_the_last_in_each_cooling() {
        let settings = SearchSettings { coolings: 2, ..SearchSettings::default() };
        let cooling = Cooling::new(&settings, 10.0, 100, 1000, 101_000);
        assert_eq!(cooling.temperature(0), 10.0 * settings.first_temperature);
        assert_eq!(cooling.temperature(0), cooling.temperature(1000));
        assert!(cooling.begins(1000) && cooling.begins(51_000) && !cooling.begins(0));
        let last = 10.0 * settings.last_temperature;
        assert!((cooling.temperature(50_999) / last - 1.0).abs() < 0.01);
        assert_eq!(cooling.temperature(51_000), cooling.temperature(0));
        assert!(!cooling.begins(101_000));
        assert!((cooling.temperature(200_000) / last - 1.0).abs() < 0.01);
    }

    #[test]
    fn exponential_draws_have_the_mean_and_the_tail() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let draws: Vec<f64> = (0..100_000).map(|_| exponential(&mut random)).collect();
        let mean = draws.iter().sum::<f64>() / 1e5;
        let beyond = draws.iter().filter(|draw| **draw > 2.0).count() as f64 / 1e5;
        assert!((mean - 1.0).abs() < 0.02, "{mean}");
        assert!((beyond - (-2.0_f64).exp()).abs() < 0.01, "{beyond}");
    }
}
