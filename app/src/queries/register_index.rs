//! The register in memory: a row for each object under each kind of control that watches its kind, in the order of
//! the register page. Pages, counts, exports and tiles read it; it is rebuilt when what it shows has changed.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use dozor_domain::{
    NO_TIME, ObjectColumns, ObjectId, ObjectRow, PackManifest, RiskCategory, RunHeader, Subject, Value,
    sha256,
};
use dozor_store::{AssessmentHead, GeometryUse, LoadRecords, SignScope};
use jiff::Span;
use jiff::civil::Date;

use super::Queries;
use super::common::{Position, TerritoryRef};
use super::pack::Territory;
use super::shapes::Geometry;
use crate::dozor::blocking;
use crate::error::AppError;

/// Says what the register was built from: equal fingerprints give equal registers.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fingerprint {
    /// Newest delivery of each registry and of the territories.
    objects: Vec<(String, Option<String>)>,
    /// Last end of an object.
    ended: i64,
    run: Option<String>,
    decision: Option<String>,
    desk: Option<String>,
    plan: Option<String>,
}

impl Fingerprint {
    /// Tells whether nothing but a desk decision lies between two.
    pub(super) fn but_for_desk(&self, other: &Self) -> bool {
        Self { desk: None, ..self.clone() } == Self { desk: None, ..other.clone() }
    }

    /// Tells whether the objects are the same.
    pub(super) fn same_objects(&self, other: &Self) -> bool {
        (&self.objects, self.ended) == (&other.objects, other.ended)
    }

    /// Returns a short name, e.g. for the tags of tiles.
    pub(super) fn number(&self) -> u64 {
        let digest = sha256(format!("{self:?}").as_bytes());
        digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}

/// Holds the objects with what their pages need of them, whatever their categories are.
#[derive(Debug)]
pub(super) struct Registry {
    objects: ObjectColumns,
    /// Key and title in small letters, by index of the object.
    search: Vec<String>,
    territories: Vec<Territory>,
    names: BTreeMap<String, String>,
}

/// Is one object under one kind of control.
#[derive(Clone, Debug)]
pub struct RegisterEntry {
    /// Index of the object.
    pub object: u32,
    /// Index of the kind of control in the pack.
    pub control: usize,
    /// The category in force; none while nobody decided.
    pub active: Option<RiskCategory>,
    /// What the latest run says.
    pub assessed: Option<RiskCategory>,
    /// Calibrated probability of the latest run.
    pub probability: Option<f64>,
    /// Points of the latest run.
    pub points: f64,
    /// Order of work inside the category.
    pub score: f64,
    /// Signs that are still worked.
    pub open_signs: u32,
    /// Day of the last event, by the facts of the latest run.
    pub last_event_on: Option<Date>,
}

impl RegisterEntry {
    /// Returns the category that counts: low while nobody decided.
    pub fn category(&self) -> RiskCategory {
        self.active.unwrap_or(RiskCategory::Low)
    }
    /// Returns what waits for a decision: the run's category where it differs or none is in force.
    pub fn proposed(&self) -> Option<RiskCategory> {
        self.assessed.filter(|category| self.active != Some(*category))
    }
}

/// Is the register of one commit.
#[derive(Debug)]
pub struct RegisterIndex {
    number: u64,
    registry: Arc<Registry>,
    rows: Vec<RegisterEntry>,
    /// Places in `rows`, by index of the object.
    by_object: Arc<Vec<Vec<u32>>>,
    controls: Vec<String>,
    run: Option<RunHeader>,
}

impl RegisterIndex {
    /// Returns a name that changes whenever the content does.
    pub fn number(&self) -> u64 {
        self.number
    }
    /// Returns the rows in the order of the page.
    pub fn rows(&self) -> &[RegisterEntry] {
        &self.rows
    }
    /// Returns the codes of the pack's kinds of control.
    pub fn controls(&self) -> &[String] {
        &self.controls
    }
    /// Returns the object of a row.
    pub fn object_of(&self, row: &RegisterEntry) -> &ObjectRow {
        &self.registry.objects.rows()[row.object as usize]
    }
    /// Returns the code of the kind of control of a row.
    pub fn control_of(&self, row: &RegisterEntry) -> &str {
        &self.controls[row.control]
    }
    /// Returns the row of an object under a kind of control.
    pub fn row_of(&self, object: ObjectId, control_kind: &str) -> Option<&RegisterEntry> {
        let index = self.registry.objects.index_of(object)?;
        let rows = self.by_object.get(index as usize)?.iter();
        rows.filter_map(|&at| self.rows.get(at as usize)).find(|row| self.control_of(row) == control_kind)
    }
    /// Returns an object by id.
    pub fn object(&self, id: ObjectId) -> Option<&ObjectRow> {
        self.registry.objects.index_of(id).map(|index| &self.registry.objects.rows()[index as usize])
    }
    /// Returns all objects.
    pub fn all_objects(&self) -> &ObjectColumns {
        &self.registry.objects
    }
    /// Returns code and name of a territory; the code stands in for a name that no source delivered.
    pub fn territory(&self, code: Option<&str>) -> Option<TerritoryRef> {
        let code = code?;
        let name = self.registry.names.get(code).cloned().unwrap_or_else(|| code.to_owned());
        Some(TerritoryRef { code: code.to_owned(), name })
    }
    /// Returns the territories with their outlines.
    pub fn territories(&self) -> &[Territory] {
        &self.registry.territories
    }
    /// Returns the run behind the rows.
    pub fn run(&self) -> Option<&RunHeader> {
        self.run.as_ref()
    }
    /// Tells whether key or title of a row hold a text that is in small letters already.
    pub fn holds(&self, row: &RegisterEntry, small: &str) -> bool {
        self.registry.search[row.object as usize].contains(small)
    }
    pub(super) fn objects(&self) -> Arc<Registry> {
        Arc::clone(&self.registry)
    }
}

impl Queries {
    pub(super) async fn fingerprint(&self) -> Result<Fingerprint, AppError> {
        let store = self.dozor.store();
        let mut objects = Vec::new();
        for spec in self.dozor.methodology.sources.values() {
            if spec.is_registry() || spec.subject == Subject::Territory {
                let newest = store.packages(Some(&spec.name), 1).await?.into_iter().next();
                objects.push((spec.name.clone(), newest.map(|one| format!("{}{:?}", one.id, one.counts))));
            }
        }
        Ok(Fingerprint {
            objects,
            ended: store.last_end().await?,
            run: store.latest_run().await?.map(|run| run.header.id.to_string()),
            decision: store.decisions(1).await?.first().map(|one| one.id.to_string()),
            desk: store.desk_decisions(1).await?.first().map(|one| one.id.to_string()),
            plan: store.plans(None, 1).await?.first().map(|one| format!("{}{:?}", one.id, one.state)),
        })
    }

    pub(super) async fn registry(&self) -> Result<Registry, AppError> {
        let objects = self.dozor.store().load_objects(GeometryUse::Skip).await?;
        let territories = self.load_territories().await?;
        let names = territories.iter().map(|one| (one.code.clone(), one.name.clone())).collect();
        blocking("the register", move || {
            let search = objects
                .rows()
                .iter()
                .map(|row| format!("{} {}", row.key, row.title).to_lowercase())
                .collect();
            Registry { objects, search, territories, names }
        })
        .await
    }

    pub(super) async fn rebuilt(
        &self,
        registry: Arc<Registry>,
        number: u64,
    ) -> Result<RegisterIndex, AppError> {
        let store = self.dozor.store();
        let active: HashMap<(ObjectId, String), (RiskCategory, f64)> = store
            .active_assignments()
            .await?
            .into_iter()
            .map(|one| {
                ((one.assignment.object, one.assignment.control_kind), (one.assignment.category, one.score))
            })
            .collect();
        let run = store.latest_run().await?.map(|run| run.header);
        let heads = match &run {
            Some(header) => store.assessment_heads(header.id).await?,
            None => Vec::new(),
        };
        let signs = self.open_signs().await?;
        let last_events = match &run {
            Some(header) => self.last_events(header).await?,
            None => HashMap::new(),
        };
        let manifest = Arc::clone(&self.dozor.methodology.manifest);
        blocking("the register", move || {
            let inputs = Inputs { active, heads, signs, last_events };
            let rows = inputs.rows(&registry.objects, &manifest);
            let mut by_object = vec![Vec::new(); registry.objects.len()];
            for (row, place) in rows.iter().zip(0_u32..) {
                by_object[row.object as usize].push(place);
            }
            let controls = manifest.control_kinds.iter().map(|kind| kind.code.clone()).collect();
            RegisterIndex { number, registry, rows, by_object: Arc::new(by_object), controls, run }
        })
        .await
    }

    /// Counts the open signs of each object under each kind of control.
    async fn open_signs(&self) -> Result<HashMap<(ObjectId, String), u32>, AppError> {
        let mut signs: HashMap<(ObjectId, String), u32> = HashMap::new();
        for sign in self.dozor.store().signs(SignScope::Open).await? {
            *signs.entry((sign.object, sign.control_kind)).or_default() += 1;
        }
        Ok(signs)
    }

    /// Returns a register with its open signs counted anew: all that a desk decision moves. Nothing sorts by them,
    /// so every row keeps its place.
    pub(super) async fn with_open_signs(
        &self,
        known: &Arc<RegisterIndex>,
        number: u64,
    ) -> Result<RegisterIndex, AppError> {
        let (signs, known) = (self.open_signs().await?, Arc::clone(known));
        blocking("the register", move || {
            let count = |row: &RegisterEntry| {
                let key = (known.object_of(row).id, known.control_of(row).to_owned());
                signs.get(&key).copied().unwrap_or(0)
            };
            let rows = known.rows.iter().map(|row| RegisterEntry { open_signs: count(row), ..row.clone() });
            RegisterIndex {
                number,
                rows: rows.collect(),
                registry: Arc::clone(&known.registry),
                by_object: Arc::clone(&known.by_object),
                controls: known.controls.clone(),
                run: known.run.clone(),
            }
        })
        .await
    }

    /// Returns the day of the last event of each object, by the fact that planning reads.
    async fn last_events(&self, header: &RunHeader) -> Result<HashMap<ObjectId, Date>, AppError> {
        let table = self.dozor.facts_of_run(header).await?;
        let zone = &self.dozor.methodology.manifest.zone;
        let fact = self.dozor.methodology.planner.settings.facts.last_event.as_deref();
        let column = fact.and_then(|fact| table.column(fact));
        let (Some(column), Some(day)) = (column, zone.day_of(header.as_of)) else {
            return Ok(HashMap::new());
        };
        let rows = (0..table.len()).filter_map(|row| {
            // A number of days of a pack's history fits exactly; the cast saturates on anything else.
            let days = table.float(row, column)? as i64;
            let back = Span::new().try_days(days).ok()?;
            Some((table.object_id(row), day.checked_sub(back).ok()?))
        });
        Ok(rows.collect())
    }

    async fn load_territories(&self) -> Result<Vec<Territory>, AppError> {
        let manifest = &self.dozor.methodology.manifest;
        let Some(name) = &manifest.territory_source else { return Ok(Vec::new()) };
        let spec = self.dozor.methodology.source(name)?;
        let (store, up_to_seq) = (self.dozor.store(), self.dozor.store().last_seq().await?);
        let request = LoadRecords {
            source: name.clone(),
            schema: spec.schema(),
            geometry: GeometryUse::Load,
            up_to_seq,
        };
        let records = store.load_records(&request, &ObjectColumns::default()).await?;
        let keys = store.source_keys(name).await?;
        let codes: HashMap<_, _> = keys.into_iter().map(|row| (row.id, row.external_id)).collect();
        let text = |row: usize, names: &[&str]| {
            names.iter().find_map(|name| match records.value(row, name) {
                Some(Value::Text(text)) => Some(text),
                _ => None,
            })
        };
        let now = self.dozor.now().micros();
        let current = (0..records.len()).filter(|&row| records.is_current(row, now, up_to_seq));
        let mut found: Vec<Territory> = current
            .filter_map(|row| {
                let code = codes.get(&records.ids[row])?.clone();
                let shape = records.geometry.get(row)?.as_ref()?;
                Some(Territory {
                    name: text(row, &["name", "title"]).unwrap_or_else(|| code.clone()),
                    group: text(row, &["okrug", "group"]),
                    centre: Position::from(shape.centre()),
                    geometry: Geometry::of(shape)?,
                    code,
                })
            })
            .collect();
        found.sort_by(|a, b| a.code.cmp(&b.code));
        Ok(found)
    }
}

/// Holds what the rows are joined from.
struct Inputs {
    active: HashMap<(ObjectId, String), (RiskCategory, f64)>,
    heads: Vec<AssessmentHead>,
    signs: HashMap<(ObjectId, String), u32>,
    last_events: HashMap<ObjectId, Date>,
}

impl Inputs {
    fn rows(self, objects: &ObjectColumns, manifest: &PackManifest) -> Vec<RegisterEntry> {
        let heads: HashMap<(ObjectId, &str), &AssessmentHead> =
            self.heads.iter().map(|head| ((head.object, head.control_kind.as_str()), head)).collect();
        let mut rows = Vec::with_capacity(objects.len());
        // What has left its register is no row: nobody plans or decides it. Its card still opens.
        let living = objects.rows().iter().zip(0_u32..).filter(|(object, _)| object.ended_at == NO_TIME);
        for (object, index) in living {
            for (control, kind) in manifest.control_kinds.iter().enumerate() {
                if !kind.object_kinds.contains(&object.kind) {
                    continue;
                }
                let key = (object.id, kind.code.clone());
                let head = heads.get(&(object.id, kind.code.as_str()));
                let active = self.active.get(&key);
                rows.push(RegisterEntry {
                    object: index,
                    control,
                    active: active.map(|one| one.0),
                    assessed: head.map(|head| head.category),
                    probability: head.and_then(|head| head.probability),
                    points: head.map_or(0.0, |head| head.points),
                    score: head.map_or_else(|| active.map_or(0.0, |one| one.1), |head| head.score),
                    open_signs: self.signs.get(&key).copied().unwrap_or(0),
                    last_event_on: self.last_events.get(&object.id).copied(),
                });
            }
        }
        rows.sort_by(|a, b| {
            let key = |row: &RegisterEntry| &objects.rows()[row.object as usize].key;
            b.category()
                .cmp(&a.category())
                .then_with(|| b.score.total_cmp(&a.score))
                .then_with(|| key(a).cmp(key(b)))
                .then_with(|| a.object.cmp(&b.object))
                .then_with(|| a.control.cmp(&b.control))
        });
        rows
    }
}
