//! No attack takes more than 16 MB: measured in a process of its own, for the peak is the process's.

#[path = "attacks/list.rs"]
mod list;

use dozor_domain::ValueType;
use dozor_script::{Answer, Answered, Cell, Engine, Names};
use list::ATTACKS;

/// What an attack may add, in kilobytes.
const MOST_KILOBYTES: u64 = 16 * 1024;

/// Reads a line of what Linux says of this process, in kilobytes; none on other systems.
fn status(line: &str) -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let value = text.lines().find_map(|known| known.strip_prefix(line))?;
    value.trim().trim_end_matches("kB").trim().parse().ok()
}

#[test]
fn every_attack_stays_within_its_memory() {
    let names: Names = [("area", ValueType::Float)].into_iter().collect();
    let engine = Engine::new();
    let honest = engine.compile("area > 0.5", &names).unwrap();
    let mut most = 0;
    for (title, text) in ATTACKS {
        // Writing 5 sets the peak back to what is held now.
        let is_reset = std::fs::write("/proc/self/clear_refs", "5").is_ok();
        let (Some(before), true) = (status("VmRSS:"), is_reset) else {
            eprintln!("this system does not tell a process's peak: nothing is measured");
            return;
        };
        if let Ok(program) = engine.compile(text, &names) {
            let answer = program.run(&vec![Cell::Float(1.0)]);
            assert!(matches!(answer, Answer::Failed { .. }), "«{title}» was let through");
        }
        let added = status("VmHWM:").unwrap().saturating_sub(before);
        assert!(added <= MOST_KILOBYTES, "«{title}» took {added} kB");
        most = most.max(added);
        assert_eq!(
            honest.run(&vec![Cell::Float(1.0)]),
            Answer::Value(Answered::Boolean(true)),
            "after {title}"
        );
    }
    eprintln!("{} attacks, the largest took {most} kB", ATTACKS.len());
}
