//! Benchmark problems of the literature and of this project: read from their files, solved, written as answers.

mod city;
mod generate;
mod toptw;

pub use city::{City, CityAnswer, CityRoute, CityStop, CityWays, Inspector, Object};
pub use toptw::{Toptw, ToptwAnswer};

fn fault(line: usize, problem: impl Into<String>) -> crate::PlannerError {
    crate::PlannerError::Benchmark { line, problem: problem.into() }
}
