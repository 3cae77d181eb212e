//! The thin layer over two drivers: one SQL text with `$1` placeholders, typed binds, typed cells
//! (docs/adr/0008-portable-sql.md says why it is not `sqlx::Any`). Nothing outside this module names a driver.

mod bind;
mod database;
mod dynamic;
mod row;

pub(crate) use bind::{Bind, binds, category_rank};
pub(crate) use database::{Connection, Database, Dialect};
pub(crate) use dynamic::{Bulk, bulk_chunks};
pub(crate) use row::{Cells, Row};
