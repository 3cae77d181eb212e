//! Progress bars on stderr. Where stderr is no terminal, one line a stage; with `--json` nothing but the document
//! goes to stdout either way.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::Duration;

use dozor_app::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Draws the stages of one command.
pub(crate) struct Bars {
    current: Mutex<Option<ProgressBar>>,
    terminal: bool,
}

impl Bars {
    /// Starts without a stage.
    pub(crate) fn new() -> Self {
        Self { current: Mutex::new(None), terminal: std::io::stderr().is_terminal() }
    }

    fn replace(&self, bar: Option<ProgressBar>) {
        if let Ok(mut current) = self.current.lock() {
            if let Some(old) = current.take() {
                old.finish();
            }
            *current = bar;
        }
    }
}

impl Progress for Bars {
    fn stage(&self, name: &str, total: Option<u64>) {
        if !self.terminal {
            drop(writeln!(std::io::stderr().lock(), "· {name}"));
            return;
        }
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(10));
        let template = if total.is_some() {
            "{spinner} {msg:28} {bar:32} {human_pos}/{human_len} {elapsed}"
        } else {
            "{spinner} {msg:28} {elapsed}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(name.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        self.replace(Some(bar));
    }

    fn advance(&self, units: u64) {
        if let Ok(current) = self.current.lock()
            && let Some(bar) = current.as_ref()
        {
            bar.inc(units);
        }
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.replace(None);
    }
}
