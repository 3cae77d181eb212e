//! How the search goes about it. All amounts are relative to the problem (its mean profit, its mean way to a near
//! item), so that one set of settings serves minutes, seconds and thousandths.

/// Is how the search goes about it. The defaults served best for few crews on the files of docs/benchmarks/planner.md.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SearchSettings {
    /// Stops removed in one ruin on average.
    pub removed: f64,
    /// Longest string of stops removed from one route.
    pub longest_string: f64,
    /// Share of strings that keep some stops in their middle.
    pub split: f64,
    /// Share of iterations that measure a detour by the delay of the next stop, not by its way.
    pub by_delay: f64,
    /// Share of iterations that always insert what brings most for its cost, not in a fixed order.
    pub by_ratio: f64,
    /// Weights of the orders of insertion: by chance, profit, profit for service, closing time, width of window.
    pub orders: [f64; 5],
    /// How much chance disturbs orders and ratios, as a share.
    pub noise: f64,
    /// Share of items that one iteration overlooks.
    pub blink: f64,
    /// Mean ways added to each cost before profit is divided by it.
    pub floor: f64,
    /// Share of ruins around an item that is not visited.
    pub centre_free: f64,
    /// Share of iterations in a fixed order that begin with the item around which they ruined.
    pub centre_first: f64,
    /// First temperature, in mean profits.
    pub first_temperature: f64,
    /// Last temperature, in mean profits.
    pub last_temperature: f64,
    /// What a mean way costs, in mean profits: short ways leave room for more.
    pub travel_price: f64,
    /// What a unit of way costs, in profit: then what is best is the profit without the price of its ways. None = ways
    /// guide the search by `travel_price` and decide between plans of equal profit only.
    pub way_price: Option<f64>,
    /// Nearest items known of each.
    pub near: usize,
    /// Up to so many items, all that are free are tried in each iteration.
    pub all_items: usize,
    /// Up to so many crews, all are tried for each item.
    pub all_crews: usize,
    /// Free items tried around each removed stop of larger problems.
    pub around: usize,
    /// Free items tried around the centre of the ruin in larger problems.
    pub around_centre: usize,
    /// Near items of a removed stop whose routes are tried, in problems of many crews.
    pub routes_of: usize,
    /// Routes tried for each removed stop of larger problems.
    pub routes_tried: usize,
    /// Crews in one part of a problem that is searched in parts.
    pub crews_in_part: usize,
    /// Iterations between two cuts into parts.
    pub round: u64,
    /// Iterations of one cooling for each item; with more to do, the search cools several times.
    pub cooling_per_item: u64,
    /// Most coolings.
    pub coolings: u64,
}

impl SearchSettings {
    /// Returns what served best on a day of many crews: ruins take little from more routes, and ways cost less, because
    /// a crew near by can do what another has no time for.
    pub fn many_crews() -> Self {
        Self { removed: 6.0, longest_string: 4.0, travel_price: 0.01, ..Self::default() }
    }
}

impl Default for SearchSettings {
    fn default() -> Self {
        Self {
            removed: 8.0,
            longest_string: 10.0,
            split: 0.5,
            by_delay: 0.3,
            by_ratio: 0.3,
            orders: [4.0, 3.0, 1.0, 1.0, 1.0],
            noise: 0.5,
            blink: 0.02,
            floor: 0.25,
            centre_free: 0.3,
            centre_first: 0.5,
            first_temperature: 1.0,
            last_temperature: 0.01,
            travel_price: 0.03,
            way_price: None,
            near: 100,
            all_items: 400,
            all_crews: 8,
            around: 8,
            around_centre: 30,
            routes_of: 40,
            routes_tried: 8,
            crews_in_part: 64,
            round: 1024,
            cooling_per_item: 400,
            coolings: 8,
        }
    }
}
