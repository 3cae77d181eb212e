//! The only module that makes SQL text at run time: multi-row inserts. Every part of the text is `'static`
//! text of this crate or a placeholder; values only ever travel as binds. A test reads the crate's sources and
//! fails when `AssertSqlSafe` stands in another file.

use sqlx::AssertSqlSafe;
use sqlx::SqlSafeStr as _;
use sqlx::SqlStr;

use super::database::Dialect;

/// Describes the rows that are inserted many at a time.
pub(crate) struct Bulk {
    /// Table.
    pub(crate) table: &'static str,
    /// Columns, in the order of the binds.
    pub(crate) columns: &'static [&'static str],
    /// What follows the values, e.g. `on conflict …`.
    pub(crate) tail: &'static str,
}

/// Splits a number of rows into the sizes of statements. Few sizes, so that each is prepared once and kept.
pub(crate) fn bulk_chunks(rows: usize) -> impl Iterator<Item = usize> {
    let mut left = rows;
    std::iter::from_fn(move || {
        let size = [64, 16, 4, 1].into_iter().find(|&size| size <= left)?;
        left -= size;
        Some(size)
    })
}

impl Bulk {
    /// Returns the text of an insert of `rows` rows.
    ///
    /// SQLite gets bare `?`: it looks names like `$17` up in a list, from the start, at each bind of each
    /// execution, so that a statement of 1,000 named placeholders costs a million steps a run.
    pub(crate) fn text(&self, dialect: Dialect, rows: usize) -> SqlStr {
        let width = self.columns.len();
        let mut text = String::with_capacity(64 + rows * width * 6);
        text.push_str("insert into ");
        text.push_str(self.table);
        text.push_str(" (");
        text.push_str(&self.columns.join(", "));
        text.push_str(") values ");
        for row in 0..rows {
            text.push_str(if row == 0 { "(" } else { ", (" });
            for column in 0..width {
                if column > 0 {
                    text.push(',');
                }
                match dialect {
                    Dialect::Sqlite => text.push('?'),
                    Dialect::Postgres => {
                        text.push('$');
                        text.push_str(&(row * width + column + 1).to_string());
                    }
                }
            }
            text.push(')');
        }
        text.push(' ');
        text.push_str(self.tail);
        AssertSqlSafe(text).into_sql_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn every_row_is_in_exactly_one_chunk() {
        for rows in [0, 1, 3, 63, 64, 65, 999, 1000] {
            assert_eq!(bulk_chunks(rows).sum::<usize>(), rows);
        }
    }

    #[test]
    fn placeholders_follow_the_dialect() {
        let bulk = Bulk { table: "t", columns: &["a", "b"], tail: "" };
        assert_eq!(bulk.text(Dialect::Postgres, 2).as_str(), "insert into t (a, b) values ($1,$2), ($3,$4) ");
        assert_eq!(bulk.text(Dialect::Sqlite, 2).as_str(), "insert into t (a, b) values (?,?), (?,?) ");
    }

    fn sources(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if std::fs::read_to_string(&path).unwrap().contains("AssertSqlSafe") {
                found.push(path.file_name().unwrap().to_string_lossy().into_owned());
            }
        }
    }

    #[test]
    fn text_is_made_at_run_time_in_this_module_only() {
        let mut found = Vec::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        assert_eq!(found, ["dynamic.rs"]);
    }
}
