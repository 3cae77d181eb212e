//! How a visit is held: by video, or on the spot, and how long that takes.

use dozor_domain::{Candidate, Minutes};
use jiff::civil::Date;

use crate::{EventKind, Place};

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
    let usual = |by_video| Some(Holding { service: Minutes(line.service_at(kind)?), by_video });
    match line.place {
        Place::Desk => None,
        Place::Video => usual(true),
        Place::Route => {
            let agreed = candidate.appointment.is_some_and(|agreed| agreed.on == day && agreed.by_video);
            match line.video_at(kind).filter(|_| agreed) {
                Some(minutes) => Some(Holding { service: Minutes(minutes), by_video: true }),
                None => usual(false),
            }
        }
    }
}
