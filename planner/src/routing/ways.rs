//! How long the ways are. Nodes are numbered: items first, then bases.

/// Answers for ways between nodes, by profile of travel.
pub trait Ways: Sync {
    /// All ways from and to one node.
    type Row<'a>: Row
    where
        Self: 'a;

    /// Returns the ways of a node.
    fn row(&self, profile: u32, node: u32) -> Self::Row<'_>;

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
}

impl Matrix {
    /// Computes all pairs; `way` must be symmetric.
    pub fn new(nodes: usize, way: impl Fn(usize, usize) -> i32) -> Self {
        let ways = (0..nodes * nodes).map(|at| way(at / nodes, at % nodes)).collect();
        Self { nodes, ways }
    }
}

impl Ways for Matrix {
    type Row<'a> = &'a [i32];

    fn row(&self, _profile: u32, node: u32) -> &[i32] {
        let first = node as usize * self.nodes;
        &self.ways[first..first + self.nodes]
    }
}

impl Row for &[i32] {
    fn to(&self, other: u32) -> i32 {
        self[other as usize]
    }

    fn from(&self, other: u32) -> i32 {
        self[other as usize]
    }
}
