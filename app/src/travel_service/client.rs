//! One conversation with a table service: bounded in time, size and tries; nobody else is asked than the operator named.

use std::time::Duration;

use dozor_domain::{Position, TravelMode};
use serde_json::json;

use super::answer::{Answer, Durations, read};
use super::error::TravelServiceError;
use super::url::root;

/// Tries of one question.
const TRIES: u32 = 3;
/// Largest answer: a hundred times what a block of a hundred places takes.
const MOST_BYTES: u64 = 8 << 20;
/// So much of what a service says is told.
const TOLD_CHARS: usize = 200;

/// Says how a service is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceKind {
    /// OSRM's `/table/v1`.
    Osrm,
    /// Valhalla's `/sources_to_targets`.
    Valhalla,
}

impl ServiceKind {
    /// Returns the usual name of a mode; none where there is no such table.
    fn usual_profile(self, mode: TravelMode) -> Option<&'static str> {
        match (self, mode) {
            (Self::Osrm, TravelMode::Car) => Some("driving"),
            (Self::Osrm, TravelMode::Walk) => Some("foot"),
            (Self::Osrm, TravelMode::Scooter) => Some("bike"),
            (Self::Valhalla, TravelMode::Car) => Some("auto"),
            (Self::Valhalla, TravelMode::Walk) => Some("pedestrian"),
            (Self::Valhalla, TravelMode::Scooter) => Some("bicycle"),
            (Self::Osrm | Self::Valhalla, TravelMode::Transit) => None,
        }
    }
}

/// Is how long is waited, for an answer and before a question is asked again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    pub(super) timeout: Duration,
    pub(super) retry_wait: Duration,
}

/// Speaks to one service.
#[derive(Clone, Debug)]
pub(super) struct Client {
    root: String,
    kind: ServiceKind,
    profile: String,
    retry_wait: Duration,
    agent: ureq::Agent,
}

/// Is an answered block, and how many questions it took.
#[derive(Debug, PartialEq)]
pub(super) struct Answered {
    pub(super) durations: Durations,
    pub(super) requests: u32,
}

impl Client {
    pub(super) fn new(
        service: &str,
        kind: ServiceKind,
        (mode, profile): (TravelMode, Option<&str>),
        patience: Patience,
    ) -> Result<Self, TravelServiceError> {
        let root = root(service)?;
        let named = profile.or_else(|| kind.usual_profile(mode));
        let is_word = |name: &&str| {
            !name.is_empty() && name.chars().all(|sign| sign.is_ascii_alphanumeric() || "_-".contains(sign))
        };
        let profile = named.filter(is_word).ok_or_else(|| TravelServiceError::Profile {
            mode: mode.code(),
            profile: named.unwrap_or_default().to_owned(),
        })?;
        // Neither proxies of the environment nor other addresses: what the operator named is asked, or nobody.
        let config = ureq::Agent::config_builder()
            .proxy(None)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .timeout_global(Some(patience.timeout))
            .user_agent("dozor")
            .build();
        let profile = profile.to_owned();
        Ok(Self { root, kind, profile, retry_wait: patience.retry_wait, agent: config.new_agent() })
    }

    /// Asks for the seconds from each source to each target. A place without a road near it has no ways, and the others
    /// are asked for again without it.
    pub(super) fn table(
        &self,
        sources: &[Position],
        targets: &[Position],
    ) -> Result<Answered, TravelServiceError> {
        let mut durations = vec![vec![None; targets.len()]; sources.len()];
        let mut rows: Vec<usize> = (0..sources.len()).collect();
        let mut columns: Vec<usize> = (0..targets.len()).collect();
        let mut requests = 0;
        while !rows.is_empty() && !columns.is_empty() {
            let from: Vec<Position> = rows.iter().map(|row| sources[*row]).collect();
            let to: Vec<Position> = columns.iter().map(|column| targets[*column]).collect();
            requests += 1;
            match self.ask(&from, &to)? {
                Reply::Table(table) => {
                    for (row, cells) in rows.iter().zip(table) {
                        columns.iter().zip(cells).for_each(|(column, cell)| durations[*row][*column] = cell);
                    }
                    break;
                }
                Reply::NoRoad(number) if number < rows.len() => {
                    rows.remove(number);
                }
                Reply::NoRoad(number) => {
                    columns.remove(number - rows.len());
                }
            }
        }
        Ok(Answered { durations, requests })
    }

    fn ask(&self, from: &[Position], to: &[Position]) -> Result<Reply, TravelServiceError> {
        let (status, bytes) = self.said(from, to)?;
        let url = || self.root.clone();
        let refused = || {
            let said = String::from_utf8_lossy(&bytes).chars().take(TOLD_CHARS).collect();
            TravelServiceError::Refused { url: url(), status, said }
        };
        let answer = read(self.kind, &bytes, (from.len(), to.len()));
        match (status, answer) {
            (200, Answer::Table(table)) => Ok(Reply::Table(table)),
            (200 | 400, Answer::NoRoad(number)) => Ok(Reply::NoRoad(number)),
            (200, Answer::Misshapen(problem)) => Err(TravelServiceError::Shape { url: url(), problem }),
            (200, Answer::Wrong(seconds)) => Err(TravelServiceError::Value { url: url(), seconds }),
            (_, _) => Err(refused()),
        }
    }

    /// Sends a question until there is an answer that asking again would not change.
    fn said(&self, from: &[Position], to: &[Position]) -> Result<(u16, Vec<u8>), TravelServiceError> {
        let url = || self.root.clone();
        let mut tries = 0;
        loop {
            tries += 1;
            let error = match self.send(from, to) {
                Ok((status, _)) if status >= 500 || status == 429 => {
                    TravelServiceError::Failed { url: url(), tries, status }
                }
                Ok(answer) => return Ok(answer),
                Err(ureq::Error::BodyExceedsLimit(_)) => {
                    return Err(TravelServiceError::TooLarge { url: url(), most: MOST_BYTES });
                }
                Err(ureq::Error::Timeout(_)) => TravelServiceError::Slow { url: url(), tries },
                Err(other) => {
                    TravelServiceError::Unreachable { url: url(), tries, problem: other.to_string() }
                }
            };
            if tries == TRIES {
                return Err(error);
            }
            std::thread::sleep(self.retry_wait * tries);
        }
    }

    fn send(&self, from: &[Position], to: &[Position]) -> Result<(u16, Vec<u8>), ureq::Error> {
        let mut response = match self.kind {
            ServiceKind::Osrm => self.agent.get(self.osrm_url(from, to)).call()?,
            ServiceKind::Valhalla => {
                let url = format!("{}/sources_to_targets", self.root);
                let places = |list: &[Position]| -> Vec<_> {
                    list.iter().map(|at| json!({ "lat": at.lat, "lon": at.lon })).collect()
                };
                let body = json!({ "sources": places(from), "targets": places(to), "costing": self.profile });
                self.agent.post(url).content_type("application/json").send(body.to_string())?
            }
        };
        let status = response.status().as_u16();
        let bytes = response.body_mut().with_config().limit(MOST_BYTES).read_to_vec()?;
        Ok((status, bytes))
    }

    fn osrm_url(&self, from: &[Position], to: &[Position]) -> String {
        let place = |at: &Position| format!("{:.6},{:.6}", at.lon, at.lat);
        let places: Vec<String> = from.iter().chain(to).map(place).collect();
        let numbers = |range: std::ops::Range<usize>| {
            range.map(|number| number.to_string()).collect::<Vec<_>>().join(";")
        };
        format!(
            "{}/table/v1/{}/{}?annotations=duration&sources={}&destinations={}",
            self.root,
            self.profile,
            places.join(";"),
            numbers(0..from.len()),
            numbers(from.len()..places.len())
        )
    }
}

enum Reply {
    Table(Durations),
    NoRoad(usize),
}
