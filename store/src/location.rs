//! Where the database is: a file in the data folder, or a PostgreSQL server.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::StoreError;

/// Name of the embedded database in the data folder.
const FILE_NAME: &str = "dozor.sqlite";

/// Says where the database is.
#[derive(Clone, Debug)]
pub enum Location {
    /// The embedded database, by its file.
    Sqlite(PathBuf),
    /// A PostgreSQL database, by its address.
    Postgres(SecretUrl),
}

/// Is an address that may hold a password; it prints without it.
#[derive(Clone)]
pub struct SecretUrl(String);

impl SecretUrl {
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Location {
    /// Takes `--data` and `--database-url`; the address wins where it is given.
    ///
    /// # Errors
    /// `DATABASE_ADDRESS` unless the address begins with `postgres://` or `postgresql://`.
    pub fn from_arguments(data: &Path, database_url: Option<&str>) -> Result<Self, StoreError> {
        match database_url {
            None => Ok(Self::Sqlite(data.join(FILE_NAME))),
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                Ok(Self::Postgres(SecretUrl(url.to_owned())))
            }
            Some(url) => {
                let scheme = url.split(':').next().unwrap_or_default().chars().take(20).collect();
                Err(StoreError::Address { scheme })
            }
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => path.display().fmt(f),
            // Whatever stands before the last `@` may be a password.
            Self::Postgres(url) => {
                let rest = url.0.split_once("://").map_or("", |(_, rest)| rest);
                let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
                write!(f, "postgres://{}", place.split('?').next().unwrap_or_default())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_printed() {
        let location =
            Location::from_arguments(Path::new("x"), Some("postgres://me:se@cret@host/db?password=x"))
                .unwrap();
        assert_eq!(location.to_string(), "postgres://host/db");
        assert!(!format!("{location:?}").contains("cret"));
    }

    #[test]
    fn another_kind_of_address_is_refused() {
        assert!(Location::from_arguments(Path::new("x"), Some("mysql://h/d")).is_err());
    }
}
