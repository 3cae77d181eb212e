//! Tests of the planner against its independent checker, over the packs' own files.

#[cfg(test)]
mod awaited;
mod carried;
#[cfg(test)]
mod draws;
#[cfg(test)]
mod excluded;
#[cfg(test)]
mod gate;
#[cfg(test)]
mod goals;
#[cfg(test)]
mod hands;
#[cfg(test)]
mod hours;
#[cfg(test)]
mod issue;
#[cfg(test)]
mod late;
#[cfg(test)]
mod order_gate;
#[cfg(test)]
mod packs;
#[cfg(test)]
mod pairs;
#[cfg(test)]
mod pause;
#[cfg(test)]
mod plan;
#[cfg(test)]
mod programme;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod quotas;
#[cfg(test)]
mod replan;
#[cfg(test)]
mod seasons;
#[cfg(test)]
mod selecting;
#[cfg(test)]
mod speed;
#[cfg(test)]
mod support;
#[cfg(test)]
mod travel_times;
#[cfg(test)]
mod urgent;
#[cfg(test)]
mod video;
#[cfg(test)]
mod year;
#[cfg(test)]
mod year_speed;
