//! tuning (throw-away)
use dozor_planner::{
    benchmark::{City, Toptw},
    routing::{Aim, Pulse, SearchSettings, Watch, search},
    verify_city, verify_toptw,
};
use std::ops::ControlFlow;
fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split_whitespace().next().unwrap().parse::<f64>().unwrap() / 1e9
}
struct Cpu {
    start: f64,
    seconds: f64,
    first: f64,
    next: f64,
    verbose: bool,
    wall: bool,
    t0: std::time::Instant,
}
impl Cpu {
    fn new(seconds: f64, verbose: bool, wall: bool) -> Self {
        Cpu { start: cpu(), seconds, first: -1.0, next: 0.0, verbose, wall, t0: std::time::Instant::now() }
    }
    fn now(&self) -> f64 {
        if self.wall { self.t0.elapsed().as_secs_f64() } else { cpu() - self.start }
    }
}
impl Watch for Cpu {
    fn aim(&mut self, p: Pulse) -> Aim {
        let t = self.now();
        let n = p.done + ((self.seconds - t) * 0.95 / (t - self.first) * p.done as f64) as u64;
        Aim { cooling: n, stop: n }
    }
    fn go_on(&mut self, p: Pulse) -> ControlFlow<()> {
        let t = self.now();
        if self.first < 0.0 {
            self.first = t;
        }
        if self.verbose && t > self.next {
            println!("{t:.2} {} {}", p.done, p.profit);
            self.next += self.seconds / 10.0;
        }
        if t > self.seconds { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let seconds: f64 = args[1].parse().unwrap();
    let seeds: u64 = args[2].parse().unwrap();
    let every: usize = args[3].parse().unwrap();
    let filter = &args[4];
    let verbose = std::env::var("V").is_ok();
    let mut s = SearchSettings::default();
    for kv in &args[5..] {
        let (k, v) = kv.split_once('=').unwrap();
        let f: f64 = v.parse().unwrap_or(0.0);
        match k {
            "removed" => s.removed = f,
            "longest" => s.longest_string = f,
            "split" => s.split = f,
            "delay" => s.by_delay = f,
            "ratio" => s.by_ratio = f,
            "noise" => s.noise = f,
            "blink" => s.blink = f,
            "floor" => s.floor = f,
            "free" => s.centre_free = f,
            "cfirst" => s.centre_first = f,
            "t0" => s.first_temperature = f,
            "t1" => s.last_temperature = f,
            "price" => s.travel_price = f,
            "cpi" => s.cooling_per_item = f as u64,
            "coolings" => s.coolings = f as u64,
            "near" => s.near = f as usize,
            "orders" => {
                let o: Vec<f64> = v.split(',').map(|x| x.parse().unwrap()).collect();
                s.orders.copy_from_slice(&o);
            }
            "around" => s.around = f as usize,
            "aroundc" => s.around_centre = f as usize,
            "routes" => s.routes_tried = f as usize,
            "part" => s.crews_in_part = f as usize,
            "round" => s.round = f as u64,
            _ => panic!("{k}"),
        }
    }
    if filter.ends_with("json") {
        let text = std::fs::read_to_string(filter).unwrap();
        for seed in 1..=seeds {
            let start = cpu();
            let city = City::parse(&text).unwrap();
            let problem = city.problem();
            let mut watch = Cpu { start, ..Cpu::new(seconds, verbose, std::env::var("WALL").is_ok()) };
            let found = search(&problem, &s, seed, &mut watch);
            let answer = city.answer(&problem, &found);
            let wrong = verify_city(&text, &serde_json::to_string(&answer).unwrap());
            assert!(wrong.is_empty(), "{wrong:?}");
            println!("{} it {} | {}", found.profit, found.aim.stop, args[5..].join(" "));
        }
        return;
    }
    let dir = "/work/shared/data/toptw";
    let best = std::fs::read_to_string(format!("{dir}/best.csv")).unwrap();
    let mut rows: Vec<(String, u32, f64)> = best
        .lines()
        .skip(1)
        .map(|l| {
            let f: Vec<&str> = l.split(',').collect();
            (f[0].to_string(), f[1].parse().unwrap(), f[2].parse().unwrap())
        })
        .collect();
    rows.sort_by(|a, b| (a.0.as_str(), a.1).cmp(&(b.0.as_str(), b.1)));
    rows.retain(|r| {
        filter == "all"
            || filter.split(',').any(|f| {
                let (n, m) = f.split_once(':').unwrap_or((f, ""));
                r.0.starts_with(n) && (m.is_empty() || m.parse() == Ok(r.1))
            })
    });
    let (mut sum, mut n, mut worst, mut iters) = (0.0, 0.0, 0.0_f64, 0.0);
    let mut by: std::collections::BTreeMap<String, (f64, f64)> = Default::default();
    for (i, (name, m, best)) in rows.iter().enumerate() {
        if i % every != 0 {
            continue;
        }
        let text = std::fs::read_to_string(format!("{dir}/{name}.txt")).unwrap();
        for seed in 1..=seeds {
            let start = cpu();
            let problem = Toptw::parse(&text).unwrap().problem(*m);
            let found = search(&problem, &s, seed, &mut Cpu { start, ..Cpu::new(seconds, false, false) });
            let routes: Vec<Vec<u32>> =
                found.routes.iter().map(|r| r.iter().map(|i| i + 1).collect()).collect();
            let wrong = verify_toptw(
                &text,
                *m,
                &serde_json::json!({"score": found.profit / 1000, "routes": routes}).to_string(),
            );
            assert!(wrong.is_empty(), "{wrong:?}");
            let gap = (best - found.profit as f64 / 1000.0) / best * 100.0;
            if verbose {
                println!("{name},{m},{seed},{},{best},{gap:.2},{}", found.profit / 1000, found.aim.stop);
            }
            sum += gap;
            n += 1.0;
            worst = worst.max(gap);
            iters += found.aim.stop as f64;
            let key = format!("{}:{m}", name.trim_end_matches(|c: char| c.is_ascii_digit()));
            let e = by.entry(key).or_default();
            e.0 += gap;
            e.1 += 1.0;
        }
    }
    let parts: Vec<String> = by.iter().map(|(k, (g, n))| format!("{k} {:.2}", g / n)).collect();
    println!(
        "{:.3}% worst {worst:.2} it/s {:.0} n {n} | {} | {}",
        sum / n,
        iters / n / seconds,
        parts.join(" "),
        args[5..].join(" ")
    );
}
