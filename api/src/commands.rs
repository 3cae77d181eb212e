//! Changes run in a task of their own: a caller who hangs up in the middle does not cut them short.

use std::future::Future;

use dozor_app::AppError;

use crate::problem::ApiError;

/// Runs a change to its end, whether or not the caller still listens.
pub(crate) async fn run<T: Send + 'static>(
    change: impl Future<Output = Result<T, AppError>> + Send + 'static,
) -> Result<T, ApiError> {
    Ok(tokio::spawn(change).await??)
}
