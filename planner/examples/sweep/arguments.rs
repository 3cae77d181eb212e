//! What the call asks for.

use std::str::FromStr;

use dozor_planner::routing::SearchSettings;

use super::Failed;

/// Is the words of the call.
pub(crate) struct Arguments {
    pub(crate) command: String,
    words: Vec<String>,
}

impl Arguments {
    pub(crate) fn read() -> Self {
        let mut words = std::env::args().skip(1);
        Self { command: words.next().unwrap_or_default(), words: words.collect() }
    }

    fn after(&self, flag: &str) -> Option<&String> {
        let at = self.words.iter().position(|word| word == flag)?;
        self.words.get(at + 1)
    }

    pub(crate) fn text(&self, flag: &str) -> Result<String, Failed> {
        self.after(flag).cloned().ok_or_else(|| format!("{flag} is missing").into())
    }

    /// Returns a number, or the usual one.
    pub(crate) fn number<T: FromStr>(&self, flag: &str, usual: T) -> Result<T, Failed> {
        let Some(word) = self.after(flag) else { return Ok(usual) };
        word.parse().map_err(|_| format!("{flag} {word} is no number").into())
    }

    /// Returns the parts between commas, or none.
    pub(crate) fn list(&self, flag: &str) -> Vec<String> {
        let words = self.after(flag).map(|word| word.split(',').map(str::to_owned).collect());
        words.unwrap_or_default()
    }

    /// Returns the settings of the search with the changes asked for.
    pub(crate) fn settings(&self, mut settings: SearchSettings) -> Result<SearchSettings, Failed> {
        for change in self.list("--set") {
            let (name, value) = change.split_once('=').ok_or("--set takes name=value")?;
            set(&mut settings, name, value.parse()?)?;
        }
        Ok(settings)
    }
}

fn set(settings: &mut SearchSettings, name: &str, value: f64) -> Result<(), Failed> {
    match name {
        "removed" => settings.removed = value,
        "longest_string" => settings.longest_string = value,
        "split" => settings.split = value,
        "by_delay" => settings.by_delay = value,
        "by_ratio" => settings.by_ratio = value,
        "noise" => settings.noise = value,
        "blink" => settings.blink = value,
        "floor" => settings.floor = value,
        "centre_free" => settings.centre_free = value,
        "centre_first" => settings.centre_first = value,
        "first_temperature" => settings.first_temperature = value,
        "last_temperature" => settings.last_temperature = value,
        "travel_price" => settings.travel_price = value,
        "near" => settings.near = value as usize,
        "all_items" => settings.all_items = value as usize,
        "all_crews" => settings.all_crews = value as usize,
        "around" => settings.around = value as usize,
        "around_centre" => settings.around_centre = value as usize,
        "routes_of" => settings.routes_of = value as usize,
        "routes_tried" => settings.routes_tried = value as usize,
        "crews_in_part" => settings.crews_in_part = value as usize,
        "round" => settings.round = value as u64,
        "cooling_per_item" => settings.cooling_per_item = value as u64,
        "coolings" => settings.coolings = value as u64,
        other => return Err(format!("there is no setting «{other}»").into()),
    }
    Ok(())
}
