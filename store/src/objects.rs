//! Objects of control, their lineage and links, and candidates that are no objects yet.

use dozor_domain::{ObjectId, ObjectRow, Position, RecordId, Timestamp};

use crate::columns::stored_geometry;
use crate::records::position;
use crate::sql::{Bulk, Row, binds};
use crate::{Store, StoreError, WriteTx};

/// Says that one object goes on as another (split, merged, redistributed).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lineage {
    /// The older object.
    pub predecessor: ObjectId,
    /// The newer object.
    pub successor: ObjectId,
    /// How, e.g. `split`.
    pub kind: String,
    /// Since when.
    pub since: Timestamp,
}

/// Ties two objects together without a parent's rank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectLink {
    /// The object that the link is read from.
    pub object: ObjectId,
    /// The other object.
    pub other: ObjectId,
    /// What ties them, e.g. `adjacent`.
    pub kind: String,
    /// Since when.
    pub since: Timestamp,
}

/// Says what became of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CandidateState {
    /// Waits for somebody.
    Open,
    /// Became an object.
    Promoted,
    /// Is none.
    Dismissed,
}

impl CandidateState {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Promoted => "promoted",
            Self::Dismissed => "dismissed",
        }
    }
    fn parse(code: &str) -> Option<Self> {
        [Self::Open, Self::Promoted, Self::Dismissed].into_iter().find(|state| state.code() == code)
    }
}

/// Is a record that must have an object and found none.
#[derive(Clone, Debug, PartialEq)]
pub struct UnregisteredCandidate {
    /// The record.
    pub record: RecordId,
    /// Its source.
    pub source: String,
    /// Its key in the source.
    pub external_id: String,
    /// Where it is.
    pub position: Option<Position>,
    /// When it became known.
    pub known_at: Timestamp,
    /// What became of it.
    pub state: CandidateState,
    /// The object it became.
    pub object: Option<ObjectId>,
}

macro_rules! select_objects {
    (all, $geometry:literal) => {
        select_objects!(
            $geometry,
            "case when coalesce(ended_seq, 0) <= $1 and (back_seq is null or back_seq > $1) then ended_at end",
            "order by id"
        )
    };
    ($geometry:literal, $end:literal, $tail:literal) => {
        concat!(
            "select id, key, source, kind, title, parent, territory, lat, lon, ",
            $geometry,
            ", known_at, seq, ",
            $end,
            " from objects ",
            $tail
        )
    };
    ($tail:literal) => {
        select_objects!("geometry", "case when back_seq is null then ended_at end", $tail)
    };
}

pub(crate) const SELECT_ALL: &str = select_objects!(all, "geometry");
pub(crate) const SELECT_ALL_WITHOUT_SHAPES: &str = select_objects!(all, "null");

const OBJECTS: Bulk = Bulk {
    table: "objects",
    columns: &[
        "id", "key", "source", "kind", "title", "search", "parent", "territory", "lat", "lon", "geometry", "known_at",
        "seq",
    ],
    tail: "on conflict (id) do update set kind = excluded.kind, title = excluded.title, search = excluded.search,
        parent = excluded.parent, territory = excluded.territory, lat = excluded.lat, lon = excluded.lon,
        geometry = excluded.geometry,
        back_seq = coalesce(objects.back_seq, case when objects.ended_at is not null then excluded.seq end)",
};

const LINEAGE: Bulk = Bulk {
    table: "object_lineage",
    columns: &["predecessor", "successor", "kind", "since"],
    tail: "on conflict (predecessor, successor) do update set kind = excluded.kind, since = excluded.since",
};

const LINKS: Bulk = Bulk {
    table: "object_links",
    columns: &["object", "other", "kind", "since"],
    tail: "on conflict (object, other, kind) do update set since = excluded.since",
};

const CANDIDATES: Bulk = Bulk {
    table: "candidates",
    columns: &["record", "source", "external_id", "lat", "lon", "known_at", "state", "object"],
    tail: "",
};

/// Returns the form in which texts are searched: lower case by Unicode, which SQLite cannot do itself.
pub(crate) fn search_text(text: &str) -> String {
    text.to_lowercase()
}

pub(crate) fn object(row: &Row) -> Result<ObjectRow, StoreError> {
    let mut cells = row.cells();
    Ok(ObjectRow {
        id: cells.take()?,
        key: cells.take()?,
        source: cells.take()?,
        kind: cells.take()?,
        title: cells.take()?,
        parent: cells.take()?,
        territory: cells.take()?,
        position: position(&mut cells)?,
        geometry: cells.bytes()?.map(stored_geometry).transpose()?,
        known_at: cells.take()?,
        seq: cells.take()?,
        ended_at: cells.take::<Option<i64>>()?.unwrap_or(dozor_domain::NO_TIME),
    })
}

fn lineage(row: &Row) -> Result<Lineage, StoreError> {
    let mut cells = row.cells();
    Ok(Lineage {
        predecessor: cells.take()?,
        successor: cells.take()?,
        kind: cells.take()?,
        since: cells.take()?,
    })
}

fn link(row: &Row) -> Result<ObjectLink, StoreError> {
    let mut cells = row.cells();
    Ok(ObjectLink { object: cells.take()?, other: cells.take()?, kind: cells.take()?, since: cells.take()? })
}

fn candidate(row: &Row) -> Result<UnregisteredCandidate, StoreError> {
    let mut cells = row.cells();
    Ok(UnregisteredCandidate {
        record: cells.take()?,
        source: cells.take()?,
        external_id: cells.take()?,
        position: position(&mut cells)?,
        known_at: cells.take()?,
        state: cells.code("candidate", CandidateState::parse)?,
        object: cells.take()?,
    })
}

impl WriteTx {
    /// Adds objects, or updates what the registry says of them; key, source, `known_at` and `seq` stay those of
    /// the first record. The same object twice in one call is the caller's mistake.
    ///
    /// # Errors
    /// `DATABASE_CONSTRAINT` (`objects_source_key`) when another id has the key; else as every write.
    pub async fn upsert_objects(&mut self, objects: &[ObjectRow]) -> Result<(), StoreError> {
        let mut values = Vec::with_capacity(objects.len() * OBJECTS.columns.len());
        for object in objects {
            let geometry =
                object.geometry.as_ref().map(|shape| shape.to_wkb()).transpose().map_err(|fault| {
                    StoreError::Corrupt {
                        what: "geometry",
                        detail: format!("{fault} (object {})", object.key),
                    }
                })?;
            values.extend(binds![
                object.id,
                &object.key,
                &object.source,
                &object.kind,
                &object.title,
                search_text(&format!("{} {}", object.key, object.title)),
                object.parent,
                &object.territory,
                object.position.map(|position| position.lat),
                object.position.map(|position| position.lon),
                geometry,
                object.known_at,
                object.seq,
            ]);
        }
        self.insert_many(&OBJECTS, values).await?;
        Ok(())
    }

    /// Says in which territory an object lies for which no delivery has said it.
    ///
    /// # Errors
    /// As every write.
    pub async fn set_territory(&mut self, object: ObjectId, territory: &str) -> Result<(), StoreError> {
        self.execute(
            "update objects set territory = $2 where id = $1 and territory is null",
            binds![object, territory],
        )
        .await?;
        Ok(())
    }

    /// Adds or updates lines of descent.
    ///
    /// # Errors
    /// As every write.
    pub async fn insert_lineage(&mut self, lines: &[Lineage]) -> Result<(), StoreError> {
        let values = lines
            .iter()
            .flat_map(|line| binds![line.predecessor, line.successor, &line.kind, line.since])
            .collect();
        self.insert_many(&LINEAGE, values).await?;
        Ok(())
    }

    /// Adds or updates links.
    ///
    /// # Errors
    /// As every write.
    pub async fn insert_links(&mut self, links: &[ObjectLink]) -> Result<(), StoreError> {
        let values =
            links.iter().flat_map(|link| binds![link.object, link.other, &link.kind, link.since]).collect();
        self.insert_many(&LINKS, values).await?;
        Ok(())
    }

    /// Closes the open candidates of keys that say something newer: promoted where that has an object, else dismissed.
    ///
    /// # Errors
    /// As every write.
    pub async fn close_candidates(
        &mut self,
        source: &str,
        keys: &[(String, Option<ObjectId>)],
    ) -> Result<(), StoreError> {
        for (key, object) in keys {
            let state = if object.is_some() { CandidateState::Promoted } else { CandidateState::Dismissed };
            self.execute(
                "update candidates set state = $3, object = $4
                 where source = $1 and external_id = $2 and state = 'open'",
                binds![source, key, state.code(), *object],
            )
            .await?;
        }
        Ok(())
    }

    /// Adds candidates.
    ///
    /// # Errors
    /// As every write.
    pub async fn insert_candidates(
        &mut self,
        candidates: &[UnregisteredCandidate],
    ) -> Result<(), StoreError> {
        let values = candidates
            .iter()
            .flat_map(|candidate| {
                binds![
                    candidate.record,
                    &candidate.source,
                    &candidate.external_id,
                    candidate.position.map(|position| position.lat),
                    candidate.position.map(|position| position.lon),
                    candidate.known_at,
                    candidate.state.code(),
                    candidate.object,
                ]
            })
            .collect();
        self.insert_many(&CANDIDATES, values).await?;
        Ok(())
    }
}

impl Store {
    /// Returns an object.
    ///
    /// # Errors
    /// As every read.
    pub async fn object(&self, id: ObjectId) -> Result<Option<ObjectRow>, StoreError> {
        self.find(select_objects!("where id = $1"), binds![id], object).await
    }

    /// Returns the objects of a registry key: one, unless two registries use the same key.
    ///
    /// # Errors
    /// As every read.
    pub async fn objects_by_key(&self, key: &str) -> Result<Vec<ObjectRow>, StoreError> {
        self.list(select_objects!("where key = $1 order by source"), binds![key], object).await
    }

    /// Returns the objects inside an object, by key.
    ///
    /// # Errors
    /// As every read.
    pub async fn children(&self, id: ObjectId) -> Result<Vec<ObjectRow>, StoreError> {
        self.list(select_objects!("where parent = $1 order by key, id"), binds![id], object).await
    }

    /// Returns the number of objects of each kind.
    ///
    /// # Errors
    /// As every read.
    pub async fn object_counts(&self) -> Result<Vec<(String, u64)>, StoreError> {
        self.list("select kind, count(*) from objects group by kind order by kind", vec![], |row| {
            let mut cells = row.cells();
            Ok((cells.take()?, cells.take()?))
        })
        .await
    }

    /// Returns the lines of descent that touch an object.
    ///
    /// # Errors
    /// As every read.
    pub async fn lineage_of(&self, id: ObjectId) -> Result<Vec<Lineage>, StoreError> {
        self.list(
            "select predecessor, successor, kind, since from object_lineage
             where predecessor = $1 or successor = $1 order by since, predecessor, successor",
            binds![id],
            lineage,
        )
        .await
    }

    /// Returns the links that touch an object.
    ///
    /// # Errors
    /// As every read.
    pub async fn links_of(&self, id: ObjectId) -> Result<Vec<ObjectLink>, StoreError> {
        self.list(
            "select object, other, kind, since from object_links
             where object = $1 or other = $1 order by since, object, other, kind",
            binds![id],
            link,
        )
        .await
    }

    /// Returns open candidates, oldest first, after a place given by the last one seen.
    ///
    /// # Errors
    /// As every read.
    pub async fn candidates(
        &self,
        after: Option<(Timestamp, RecordId)>,
        limit: i64,
    ) -> Result<Vec<UnregisteredCandidate>, StoreError> {
        let (known_at, record) = after.unzip();
        self.list(
            "select record, source, external_id, lat, lon, known_at, state, object from candidates
             where state = 'open' and ($1 is null or (known_at, record) > ($1, $2))
             order by known_at, record limit $3",
            binds![known_at, record, limit],
            candidate,
        )
        .await
    }

    /// Returns the number of open candidates.
    ///
    /// # Errors
    /// As every read.
    pub async fn candidate_count(&self) -> Result<i64, StoreError> {
        self.number("select count(*) from candidates where state = 'open'", vec![]).await
    }
}
