//! Facts: the catalogue of a pack, and the table of facts as of an instant.
//!
//! Invariants:
//! * a table sees only records with `known_at <= as_of` and `seq <= up_to_seq`, in their version of that instant;
//!   what is delivered later changes no byte of a table that was named before;
//! * a table is the same whether its rows are computed at once, in batches, one by one, or from an earlier table
//!   and what was committed since;
//! * same catalogue, records and keys: same bytes, on any number of threads and in any order of ingest;
//! * a cell is known or missing; each kind says what missing means, and a fact's own `missing` overrules it;
//! * who inspected is never a fact, and what is protected, personal or a proxy is never a feature.

mod catalogue;
mod changes;
mod compile;
mod compile_around;
mod compile_derived;
mod compile_how;
mod csv;
mod datum;
mod definition;
mod describe;
mod engine;
mod error;
mod formula;
mod frame;
mod head;
mod kinds;
mod leakage;
mod numbers_behind;
mod page;
mod parquet_form;
mod per_object;
mod plan;
mod prepared;
mod provenance;
mod reads;
mod records;
mod row_hash;
mod rules_of_use;
mod script_columns;
mod source_index;
mod subset;
mod table;
mod tables;
mod touched;
mod update;
mod varied;

pub use catalogue::{FactCatalogue, SourceSchema};
pub use definition::{FactKind, MissingMeans, RiskDirection, Sensitivity};
pub use describe::KindText;
pub use engine::{FactEngine, FactInputs, FactKey, compute};
pub use error::{FACTS_ERRORS, FactsError};
pub use head::{FactHead, FactUse, FactUses};
pub use numbers_behind::numbers_behind;
pub use page::{Language, catalogue_json, catalogue_markdown, catalogue_value};
pub use parquet_form::{BATCH_ROWS, FactsWriter};
pub use provenance::{Provenance, provenance};
pub use reads::{CatalogueReads, SourceReads};
pub use table::{FactColumn, FactFailure, FactsRow, FactsTable};
pub use update::Updated;
