//! Logins: argon2id over passwords, and what the role of a user may do.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};

use crate::error::AppError;

/// Hashes a password with argon2id at the library's recommended cost; `salt` comes from the edge.
///
/// # Errors
/// [`AppError::Password`] when the library refuses the salt or the password.
pub fn hash_password(password: &str, salt: &[u8; 16]) -> Result<String, AppError> {
    Argon2::default()
        .hash_password_with_salt(password.as_bytes(), salt)
        .map(|hash| hash.to_string())
        .map_err(|fault| AppError::Password { fault: fault.to_string() })
}

/// Tells whether a password belongs to a stored hash; a damaged hash belongs to no password.
pub fn password_matches(password: &str, stored: &str) -> bool {
    PasswordHash::new(stored)
        .is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_matches() {
        let stored = hash_password("дозор-1", &[7; 16]).unwrap();
        assert!(stored.starts_with("$argon2id$"));
        assert!(password_matches("дозор-1", &stored));
        assert!(!password_matches("дозор-2", &stored));
        assert!(!password_matches("дозор-1", "damaged"));
    }
}
