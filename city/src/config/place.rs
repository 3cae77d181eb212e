//! The ground: area, okrugs, kinds of block, zones, what registers say.

use serde::Deserialize;

use super::Share;

/// Is the city's outline and the measure of its blocks.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Area {
    /// Latitude and longitude of the centre.
    pub(crate) centre: [f64; 2],
    /// Half-axes of the ellipse of ring 1, east and north, in kilometres.
    pub(crate) axes_km: [f64; 2],
    /// Relative noise of district borders, so that they are no circles.
    pub(crate) border_noise: f64,
    /// Side of a square block from street to street, in metres.
    pub(crate) block_m: f64,
    /// Half the width of a street, in metres.
    pub(crate) street_m: f64,
    /// Width of the pavement on the north side of a block: land of common use.
    pub(crate) common_m: f64,
    /// Width of the unallocated strip south of each row of parcels.
    pub(crate) strip_m: f64,
}

impl Area {
    pub(super) fn problem(&self) -> Option<String> {
        let positive =
            [self.axes_km[0], self.axes_km[1], self.block_m, self.street_m, self.common_m, self.strip_m];
        if positive.iter().any(|value| !value.is_finite() || *value <= 0.0) {
            return Some("«area» has a length that is not positive".to_owned());
        }
        let strips = 2.0 * self.street_m + self.common_m + 4.0 * self.strip_m;
        (self.block_m < 2.0 * strips)
            .then(|| "«area.block_m» leaves no room for four rows of parcels".to_owned())
    }
}

/// Is an administrative okrug: a sector between rings, cut into rows of districts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Okrug {
    /// Name.
    pub(crate) name: String,
    /// Its number in cadastral numbers.
    pub(crate) cadastral: u8,
    /// Whole degrees clockwise from north, from and to.
    pub(crate) angles: [i32; 2],
    /// Radii of the borders between rows of districts, in units of ring 1, ascending.
    pub(crate) rings: Vec<f64>,
    /// How densely its objects lie, 1 = as the city.
    pub(crate) density: f64,
    /// Names of districts, row by row from the inside.
    pub(crate) districts: Vec<Vec<String>>,
}

/// Is a kind of city block and what stands there.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BlockKind {
    /// Code.
    pub(crate) code: String,
    /// How often, relative to the others.
    pub(crate) weight: f64,
    /// Rows of parcels.
    pub(crate) rows: u8,
    /// Widths of parcels in metres.
    pub(crate) width_m: [f64; 2],
    /// Permitted uses.
    pub(crate) uses: Vec<Use>,
    /// Buildings on a parcel, from and to.
    pub(crate) buildings: [i32; 2],
    /// Share of the parcel that buildings cover.
    pub(crate) coverage: [f64; 2],
    /// Floors.
    pub(crate) floors: [i32; 2],
    /// Mean number of city-owned premises in a building.
    pub(crate) premises: f64,
    /// Share of parcels with a temporary structure in front (parcels at least 40 m wide only).
    pub(crate) nto: Share,
    /// Share of parcels with a registered fence.
    pub(crate) fences: Share,
    /// Share of leased parcels.
    pub(crate) leased: Share,
    /// Median number of visitors of a building; 0 = not a public place.
    pub(crate) visitors: f64,
}

/// Is a permitted use and the use that is usual under it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Use {
    /// Code of the classifier.
    pub(crate) permitted: String,
    /// Word for the usual actual use; empty = nobody looked.
    pub(crate) actual: String,
    /// Actual uses that are a direct conflict.
    #[serde(default)]
    pub(crate) conflicts: Vec<String>,
    /// Purpose of premises in contracts, with the uses that contradict it.
    #[serde(default)]
    pub(crate) purpose: String,
    /// Actual uses of premises that contradict the purpose.
    #[serde(default)]
    pub(crate) misuses: Vec<String>,
    /// How often, relative to the others.
    pub(crate) weight: f64,
}

/// Is how much of the city lies in zones.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Zones {
    /// Share of blocks in a protected zone.
    pub(crate) protected: Share,
    /// Kinds of protected zones.
    pub(crate) protected_kinds: Vec<String>,
    /// Share of blocks crossed by the zone of a network.
    pub(crate) utility: Share,
    /// Kinds of networks.
    pub(crate) utility_kinds: Vec<String>,
    /// Width of such a zone in metres.
    pub(crate) utility_width_m: [f64; 2],
    /// Share of blocks with one heritage site.
    pub(crate) heritage: Share,
    /// Kinds of heritage zones.
    pub(crate) heritage_kinds: Vec<String>,
    /// Share of blocks with one school, kindergarten or hospital.
    pub(crate) social: Share,
    /// Their kinds and permitted uses.
    pub(crate) social_kinds: Vec<SocialKind>,
}

/// Is a kind of social object.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SocialKind {
    /// Code.
    pub(crate) code: String,
    /// Name for people; `{}` is its number.
    pub(crate) name: String,
    /// Permitted use of its parcel.
    pub(crate) permitted: String,
}

/// Is what the registers know and how well.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Registry {
    /// First two digits of cadastral numbers.
    pub(crate) region: u8,
    /// Share of parcels whose registered area is 0 («не уточнена»).
    pub(crate) area_missing: Share,
    /// Accuracy of registered boundaries in metres.
    pub(crate) accuracy_m: [f64; 2],
    /// Share of parcels with a survey of the contour in use.
    pub(crate) surveyed: Share,
    /// Accuracy of such a survey in metres.
    pub(crate) survey_accuracy_m: [f64; 2],
    /// Share of premises whose actual use somebody looked at.
    pub(crate) premises_seen: Share,
    /// Share of premises with a registered right (the rest are leased).
    pub(crate) premises_with_right: Share,
    /// Floor area of premises in m²: median, and sigma of the logarithm.
    pub(crate) premises_m2: [f64; 2],
    /// Share of leases that go on without a term.
    pub(crate) indefinite: Share,
    /// Median months of rent debt of those in debt, and their share.
    pub(crate) debt_months: f64,
    /// Share of leases in debt for a holder of usual conduct.
    pub(crate) in_debt: Share,
    /// Share of public buildings whose number of visitors is known.
    pub(crate) visitors_known: Share,
    /// Spread of the number of visitors (sigma of the logarithm).
    pub(crate) visitors_sigma: f64,
    /// Share of parcels with a construction permit at some time.
    pub(crate) permits: Share,
    /// Share of parcels in an approved project.
    pub(crate) projects: Share,
    /// Programmes of such projects.
    pub(crate) programmes: Vec<String>,
    /// Kinds of registered rights.
    pub(crate) right_kinds: Vec<String>,
    /// Kinds of holders; one that stands twice is twice as frequent.
    pub(crate) holder_kinds: Vec<String>,
    /// Kinds of holders that have a size.
    pub(crate) sized_holders: Vec<String>,
    /// Sizes of businesses, likewise.
    pub(crate) holder_sizes: Vec<String>,
}
