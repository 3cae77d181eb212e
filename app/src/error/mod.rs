//! Why a use-case could not be done. Errors of the crates below pass through with their own codes.
//! The codes stand by area, one file each; the enum is one, so that a caller matches on one type.

mod app_error;
mod asking;
mod categories;
mod codes;
mod deliveries;
mod files;
mod packs;
mod people;
mod planning;
mod runs;
mod second_looks;
mod signs;
mod working;

pub use app_error::AppError;
pub use codes::APP_ERRORS;
