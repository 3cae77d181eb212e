//! Answers to team orienteering problems with time windows.

use serde_json::Value;

use super::{array, document, number};

/// Sums of decimals may be off by so much in floating point.
const NOISE: f64 = 1e-6;

/// Checks an answer against the file. Returns everything that is wrong.
pub fn verify_toptw(file: &str, vehicles: u32, answer: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if let Err(problem) = verify(file, vehicles, answer, &mut wrong) {
        wrong.push(problem);
    }
    wrong
}

fn verify(file: &str, vehicles: u32, answer: &str, wrong: &mut Vec<String>) -> Result<(), String> {
    let (rows, digits) = rows(file)?;
    let answer = document(answer)?;
    let routes = array(&answer, "routes")?;
    if routes.len() > vehicles as usize {
        wrong.push(format!("{} routes for {vehicles} vehicles", routes.len()));
    }
    let mut visited = vec![0_u32; rows.len()];
    let mut profit = 0.0;
    for (at, route) in routes.iter().enumerate() {
        let route = route.as_array().ok_or("a route is no array")?;
        profit += walk(route, at, &rows, digits, &mut visited, wrong)?;
    }
    for (point, times) in visited.iter().enumerate().filter(|(_, times)| **times > 1) {
        wrong.push(format!("point {point} is visited {times} times"));
    }
    let score = number(&answer, "score")?;
    if (score - profit).abs() > NOISE {
        wrong.push(format!("the visits add up to {profit}, the answer says {score}"));
    }
    Ok(())
}

/// Drives one route; returns its profit.
fn walk(
    route: &[Value],
    at: usize,
    rows: &[Vec<f64>],
    digits: f64,
    visited: &mut [u32],
    wrong: &mut Vec<String>,
) -> Result<f64, String> {
    let depot = rows.first().ok_or("the file has no depot")?;
    let mut here = depot;
    let mut clock = window(depot).0;
    let mut profit = 0.0;
    for stop in route {
        let point = stop.as_u64().filter(|point| *point > 0).ok_or("a stop is no point")? as usize;
        let row = rows.get(point).ok_or_else(|| format!("there is no point {point}"))?;
        visited[point] += 1;
        clock += truncated(here, row, digits);
        let (open, close) = window(row);
        if clock > close + NOISE {
            wrong.push(format!("route {at} reaches point {point} at {clock}, it closes at {close}"));
        }
        clock = clock.max(open) + row[3];
        profit += row[4];
        here = row;
    }
    clock += truncated(here, depot, digits);
    let (_, end) = window(depot);
    if !route.is_empty() && clock > end + NOISE {
        wrong.push(format!("route {at} is back at {clock}, the budget ends at {end}"));
    }
    Ok(profit)
}

/// Reads the numbers of all points, and 10 or 100 for the digits that ways keep.
fn rows(file: &str) -> Result<(Vec<Vec<f64>>, f64), String> {
    let header = file.lines().next().ok_or("the file is empty")?;
    // Files after Cordeau have several days in the header's fourth field, files after Solomon have one.
    let days: u32 = header.split_whitespace().nth(3).and_then(|field| field.parse().ok()).unwrap_or(1);
    let numbers = |line: &str| -> Result<Vec<f64>, String> {
        line.split_whitespace().map(|field| field.parse().map_err(|_| format!("«{field}»?"))).collect()
    };
    let lines = file.lines().skip(2).filter(|line| !line.trim().is_empty());
    let rows: Vec<Vec<f64>> = lines.map(numbers).collect::<Result<_, _>>()?;
    if rows.iter().any(|row| row.len() < 7) {
        return Err("a line has less than seven numbers".to_owned());
    }
    Ok((rows, if days > 1 { 100.0 } else { 10.0 }))
}

fn window(row: &[f64]) -> (f64, f64) {
    (row[row.len() - 2], row[row.len() - 1])
}

fn truncated(from: &[f64], to: &[f64], digits: f64) -> f64 {
    let exact = (from[1] - to[1]).hypot(from[2] - to[2]);
    // A way of exactly so many digits must not lose one to rounding.
    (exact * digits + 1e-7).floor() / digits
}
