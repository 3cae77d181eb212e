//! The ways of a day with visits by video: whoever makes one is at his base meanwhile, so its node stands at the base of
//! the crew that asks. A profile is a crew. Between places all ways are those below, so what holds for them holds here.

use dozor_domain::TravelMode;

use super::ways::{DayRoads, DayWays, Node};
use crate::PlannerSettings;
use crate::routing::{Row, Ways};

/// Is the ways of a day on which some visits are by video.
#[derive(Clone, Debug)]
pub(crate) struct VideoWays<W> {
    ways: W,
    crews: Vec<Desk>,
    /// For each node whether it is a visit by video.
    is_by_video: Vec<bool>,
}

/// Is where a crew makes its visits by video.
#[derive(Clone, Copy, Debug)]
struct Desk {
    /// Its profile in the ways below.
    profile: u32,
    /// The node of its base.
    base: u32,
}

impl<W> VideoWays<W> {
    fn desk(&self, profile: u32) -> Desk {
        self.crews[profile as usize]
    }

    /// Returns the node at which a crew is for another one.
    fn at(&self, desk: Desk, node: u32) -> u32 {
        if self.is_by_video[node as usize] { desk.base } else { node }
    }
}

impl<W: DayRoads> DayRoads for VideoWays<W> {
    fn new(settings: &PlannerSettings, nodes: &[Node<'_>], modes: &[TravelMode]) -> Self {
        let ways = W::new(settings, nodes, modes);
        let first = (nodes.len() - modes.len()) as u32;
        let crews = (0_u32..).zip(modes).map(|(crew, mode)| Desk {
            // Modes are checked before.
            profile: ways.profile((crew, *mode)).unwrap_or(0),
            base: first + crew,
        });
        let crews = crews.collect();
        Self { ways, crews, is_by_video: nodes.iter().map(|node| node.by_video).collect() }
    }

    fn by_distance(&self) -> &DayWays {
        self.ways.by_distance()
    }

    fn profile(&self, (crew, _): (u32, TravelMode)) -> Option<u32> {
        Some(crew)
    }

    fn pace_of(&self, profile: u32) -> u32 {
        self.ways.pace_of(self.desk(profile).profile)
    }

    fn is_in_table(&self, profile: u32, from: u32, to: u32) -> bool {
        let desk = self.desk(profile);
        self.ways.is_in_table(desk.profile, self.at(desk, from), self.at(desk, to))
    }

    fn shorten(&self, profile: u32, least: &mut [i32]) {
        self.ways.shorten(self.desk(profile).profile, least);
    }
}

impl<W: DayRoads> Ways for VideoWays<W> {
    type Row<'a>
        = VideoRow<'a, W::Row<'a>>
    where
        Self: 'a;

    const IS_DIRECT_SHORTEST: bool = W::IS_DIRECT_SHORTEST;

    fn row(&self, profile: u32, node: u32) -> Self::Row<'_> {
        let desk = self.desk(profile);
        let row = self.ways.row(desk.profile, self.at(desk, node));
        VideoRow { row, is_by_video: &self.is_by_video, base: desk.base }
    }

    fn least_detour(&self) -> i32 {
        self.ways.least_detour()
    }
}

/// Is the ways of one node for one crew.
#[derive(Clone, Copy)]
pub(crate) struct VideoRow<'a, R> {
    row: R,
    is_by_video: &'a [bool],
    base: u32,
}

impl<R> VideoRow<'_, R> {
    #[inline]
    fn at(&self, node: u32) -> u32 {
        if self.is_by_video[node as usize] { self.base } else { node }
    }
}

impl<R: Row> Row for VideoRow<'_, R> {
    #[inline]
    fn to(&self, other: u32) -> i32 {
        self.row.to(self.at(other))
    }

    #[inline]
    fn from(&self, other: u32) -> i32 {
        self.row.from(self.at(other))
    }
}

#[cfg(test)]
mod tests {
    use dozor_domain::Position;

    use super::*;
    use crate::TravelPlace;

    #[test]
    fn a_visit_by_video_is_made_at_the_base_of_whoever_makes_it() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../packs/moscow/planner.toml");
        let text = std::fs::read_to_string(file).unwrap();
        let settings = PlannerSettings::parse(&text, &[]).unwrap();
        let node = |lat: f64, key, by_video| Node {
            position: Position { lat, lon: 37.62 },
            place: TravelPlace::Object(key),
            by_video,
        };
        let nodes = [
            node(55.70, "here", false),
            node(0.0, "called", true),
            node(55.75, "one", false),
            node(55.80, "other", false),
        ];
        let ways: VideoWays<DayWays> = DayRoads::new(&settings, &nodes, &[TravelMode::Car, TravelMode::Walk]);
        let (object, called) = (0, 1);
        for (crew, base) in [(0, 2), (1, 3)] {
            assert_eq!(ways.way(crew, base, called), 0);
            assert_eq!(ways.way(crew, called, called), 0);
            assert!(ways.way(crew, base, object) > 0);
            assert_eq!(ways.way(crew, called, object), ways.way(crew, base, object));
            assert_eq!(ways.row(crew, object).from(called), ways.way(crew, base, object));
        }
        assert!(ways.way(1, called, object) > ways.way(0, called, object), "on foot, and from farther away");
        assert_eq!(ways.way(0, called, 3), ways.way(0, 2, 3), "nobody else's base");
    }
}
