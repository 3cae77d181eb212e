//! Objects of control as the register holds them, sorted by id: their place is what [`crate::RecordColumns::objects`] names.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::{NO_OBJECT, NO_TIME, ObjectId, Position, ValidGeometry};

/// Is one object of control as the register holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectRow {
    /// Id derived from the registry's key.
    pub id: ObjectId,
    /// The registry's key as text: what people and exports call it.
    pub key: String,
    /// The registry source it comes from.
    pub source: String,
    /// Code of the pack's kinds of object.
    pub kind: String,
    /// Address or name for people.
    pub title: String,
    /// The object that holds it (parcel ⊃ building ⊃ premises).
    pub parent: Option<ObjectId>,
    /// Code of the territory it lies in.
    pub territory: Option<String>,
    /// Where to go.
    pub position: Option<Position>,
    /// Its shape when it is more than a point.
    pub geometry: Option<Arc<ValidGeometry>>,
    /// When its first record could have been known.
    pub known_at: i64,
    /// Commit order of its first record.
    pub seq: i64,
    /// Since when its register no longer has it, or [`NO_TIME`].
    pub ended_at: i64,
}

impl ObjectRow {
    /// Tells whether the object was known by an instant and had not ended.
    pub fn is_there(&self, as_of: i64, up_to_seq: i64) -> bool {
        self.known_at <= as_of && self.seq <= up_to_seq && (self.ended_at == NO_TIME || self.ended_at > as_of)
    }
}

/// Holds all objects, sorted by id; an object's place here is its index in [`crate::RecordColumns::objects`].
#[derive(Clone, Debug, Default)]
pub struct ObjectColumns {
    rows: Vec<ObjectRow>,
    parents: Vec<u32>,
    children: Vec<Vec<u32>>,
}

impl ObjectColumns {
    /// Sorts the objects by id and links children to parents.
    pub fn new(mut rows: Vec<ObjectRow>) -> Self {
        rows.sort_unstable_by_key(|row| row.id);
        rows.dedup_by_key(|row| row.id);
        let index: BTreeMap<ObjectId, u32> = rows
            .iter()
            .enumerate()
            .map(|(at, row)| (row.id, u32::try_from(at).unwrap_or(NO_OBJECT)))
            .collect();
        let parents: Vec<u32> = rows
            .iter()
            .map(|row| row.parent.and_then(|parent| index.get(&parent).copied()).unwrap_or(NO_OBJECT))
            .collect();
        let mut children = vec![Vec::new(); rows.len()];
        for (child, &parent) in parents.iter().enumerate() {
            if let Some(list) = children.get_mut(parent as usize) {
                list.push(u32::try_from(child).unwrap_or(NO_OBJECT));
            }
        }
        Self { rows, parents, children }
    }
    /// Returns the rows, sorted by id.
    pub fn rows(&self) -> &[ObjectRow] {
        &self.rows
    }
    /// Returns the number of objects.
    pub fn len(&self) -> usize {
        self.rows.len()
    }
    /// Tells whether there is no object.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
    /// Returns the index of an object, by binary search.
    pub fn index_of(&self, id: ObjectId) -> Option<u32> {
        self.rows.binary_search_by_key(&id, |row| row.id).ok().and_then(|at| u32::try_from(at).ok())
    }
    /// Returns the index of the parent, or [`NO_OBJECT`].
    pub fn parent_of(&self, object: u32) -> u32 {
        self.parents.get(object as usize).copied().unwrap_or(NO_OBJECT)
    }
    /// Returns the indexes of the children, ascending.
    pub fn children_of(&self, object: u32) -> &[u32] {
        self.children.get(object as usize).map_or(&[], Vec::as_slice)
    }
}
