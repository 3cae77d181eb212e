//! The table itself: for each place the places that minutes are known to.

use dozor_domain::{hex, sha256};

use super::{TravelPlace, TravelTimesError, read};

/// Is minutes between places, each way by itself; pairs may be missing. It is named by the file that it was read from.
#[derive(Clone)]
pub struct TravelTable {
    pub(super) name: String,
    /// Registry keys, ascending; their places are numbered from 0.
    pub(super) objects: Vec<String>,
    /// Keys of staff records, ascending; their places follow.
    pub(super) bases: Vec<String>,
    /// Where the row of each place begins, and where the last one ends.
    pub(super) starts: Vec<u32>,
    /// Places, ascending in each row.
    pub(super) targets: Vec<u32>,
    pub(super) minutes: Vec<f64>,
}

impl TravelTable {
    /// Largest file: ten million ways of usual keys.
    pub const MOST_BYTES: u64 = 512 << 20;

    /// Reads a file: CSV in UTF-8 with the columns `from`, `to` and `minutes`, separated by commas or, then with decimal
    /// commas allowed, by semicolons. `knows` tells whether there is such a place.
    ///
    /// # Errors
    /// [`TravelTimesError::Refused`] with the faults of all rows; nothing is half taken.
    pub fn read(bytes: &[u8], knows: impl Fn(TravelPlace<'_>) -> bool) -> Result<Self, TravelTimesError> {
        let name = hex(&sha256(bytes));
        read::read(bytes, &knows).map(|rows| rows.into_table(name))
    }

    /// Returns the SHA-256 of the file, in hexadecimal digits.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the registry keys of its objects, ascending; places are numbered objects first.
    pub fn objects(&self) -> &[String] {
        &self.objects
    }

    /// Returns the keys of the staff records whose bases it has, ascending.
    pub fn bases(&self) -> &[String] {
        &self.bases
    }

    /// Returns how many ways it has.
    pub fn pairs(&self) -> usize {
        self.targets.len()
    }

    /// Returns the number of a place.
    pub(crate) fn place(&self, place: TravelPlace<'_>) -> Option<u32> {
        let find = |keys: &[String], key: &str| keys.binary_search_by(|other| other.as_str().cmp(key)).ok();
        let number = match place {
            TravelPlace::Object(key) => find(&self.objects, key),
            TravelPlace::Base(key) => find(&self.bases, key).map(|number| self.objects.len() + number),
        };
        number.map(|number| number as u32)
    }

    /// Returns the places that ways lead to from one, ascending, and their minutes.
    pub fn row(&self, from: u32) -> (&[u32], &[f64]) {
        let at = from as usize;
        let (Some(first), Some(last)) = (self.starts.get(at), self.starts.get(at + 1)) else {
            return (&[], &[]);
        };
        let row = *first as usize..*last as usize;
        (&self.targets[row.clone()], &self.minutes[row])
    }
}

/// Tables are named by their content.
impl PartialEq for TravelTable {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl std::fmt::Debug for TravelTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TravelTable").field("name", &self.name).field("pairs", &self.pairs()).finish()
    }
}
