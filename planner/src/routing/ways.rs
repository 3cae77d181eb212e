//! How long the ways are. Nodes are numbered: items first, then bases.

/// Says that a detour may save any time: ways need not obey the triangle inequality. Half the range keeps sums sound.
const NO_BOUND: i32 = i32::MIN / 2;

/// Answers for ways between nodes, by profile of travel.
pub trait Ways: Sync {
    /// All ways from and to one node.
    type Row<'a>: Row
    where
        Self: 'a;

    /// Says whether the direct way is the shortest, but for what rounding adds. If not, a route may no longer hold when a
    /// stop is taken out of it, and the search looks; where it is, that costs nothing.
    const IS_DIRECT_SHORTEST: bool = true;

    /// Returns the ways of a node.
    fn row(&self, profile: u32, node: u32) -> Self::Row<'_>;

    /// Returns a number that no detour over a third node is cheaper than: with it gaps are passed over before their
    /// ways are computed. Without a bound nothing is passed over.
    fn least_detour(&self) -> i32 {
        NO_BOUND
    }

    /// Returns the way between two nodes.
    fn way(&self, profile: u32, from: u32, to: u32) -> i32 {
        self.row(profile, from).to(to)
    }
}

/// Is all ways from and to one node.
pub trait Row: Copy {
    /// Returns the way to another node.
    fn to(&self, other: u32) -> i32;
    /// Returns the way from another node.
    fn from(&self, other: u32) -> i32;
}

/// Is a symmetric matrix of ways, the same for every profile.
#[derive(Clone, Debug)]
pub struct Matrix {
    nodes: usize,
    ways: Vec<i32>,
    least_detour: i32,
}

impl Matrix {
    /// Computes all pairs; `way` must be symmetric.
    pub fn new(nodes: usize, way: impl Fn(usize, usize) -> i32) -> Self {
        let ways = (0..nodes * nodes).map(|at| way(at / nodes, at % nodes)).collect();
        Self { nodes, ways, least_detour: NO_BOUND }
    }

    /// Says that no detour over a third node is cheaper than this.
    #[must_use]
    pub fn with_least_detour(self, least_detour: i32) -> Self {
        Self { least_detour, ..self }
    }
}

impl Ways for Matrix {
    type Row<'a> = &'a [i32];

    fn row(&self, _profile: u32, node: u32) -> &[i32] {
        let first = node as usize * self.nodes;
        &self.ways[first..first + self.nodes]
    }

    fn least_detour(&self) -> i32 {
        self.least_detour
    }
}

impl Row for &[i32] {
    #[inline]
    fn to(&self, other: u32) -> i32 {
        self[other as usize]
    }

    #[inline]
    fn from(&self, other: u32) -> i32 {
        self[other as usize]
    }
}
