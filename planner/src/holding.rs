//! How a visit is held: by video, or on the spot, and how long that takes.

use dozor_domain::{Appointment, Candidate, Minutes, Visit};
use jiff::civil::Date;

use crate::{EventKind, Place};

/// Is the manner in which people meet at a visit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Manner {
    /// Somebody goes there.
    #[default]
    OnTheSpot,
    /// The person agreed to a call, or the plan holds the visit so.
    ByVideo,
}

impl Manner {
    /// Returns what was agreed with the person for a day.
    pub fn agreed(appointment: Option<Appointment>, day: Date) -> Self {
        match appointment.filter(|agreed| agreed.on == day && agreed.by_video) {
            Some(_) => Self::ByVideo,
            None => Self::OnTheSpot,
        }
    }

    /// Returns how a plan holds a visit.
    pub fn of(visit: &Visit) -> Self {
        if visit.by_video { Self::ByVideo } else { Self::OnTheSpot }
    }
}

/// Is how a visit is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Holding {
    pub(crate) service: Minutes,
    pub(crate) by_video: bool,
}

/// Says how a kind of event is held at a candidate: by video where it always is, or may be and the person agreed to it for
/// that day; else on the spot. None where the pack does not say how long that takes, or it makes no visits.
pub(crate) fn holding(line: &EventKind, candidate: &Candidate, day: Date) -> Option<Holding> {
    let kind = &candidate.object_kind;
    let manner = Manner::agreed(candidate.appointment, day);
    let by_video = match line.place {
        Place::Desk => return None,
        Place::Video => true,
        Place::Route => manner == Manner::ByVideo && line.video_at(kind).is_some(),
    };
    Some(Holding { service: Minutes(line.minutes_at(kind, manner)?), by_video })
}
