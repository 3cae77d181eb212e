//! `serve`: the web and the API over one installation.

use std::net::SocketAddr;

use dozor_app::AppError;

use super::{Session, usage};
use crate::args::ServeArgs;
use crate::edge;
use crate::output::{Done, Failure};

/// Serves until the process is told to stop.
pub(super) async fn serve(session: &Session, args: &ServeArgs) -> Result<Done, Failure> {
    let wrong = |_| usage("LISTEN_INVALID", &format!("reading --listen {}", args.listen));
    let address: SocketAddr = args.listen.parse().map_err(wrong)?;
    if !address.ip().is_loopback() && !args.behind_proxy {
        return Err(usage("LISTEN_NOT_LOOPBACK", &format!("listening on {address}")));
    }
    let dozor = session.open(&args.data).await?;
    let unread = |source| AppError::Read { path: address.to_string(), source };
    let listener = tokio::net::TcpListener::bind(address).await.map_err(unread)?;
    let bound = listener.local_addr().map_err(unread)?;
    if let Some(file) = &args.address_file {
        std::fs::write(file, bound.to_string())
            .map_err(|source| AppError::Write { path: file.display().to_string(), source })?;
    }
    eprintln!("Dozor serves http://{bound} (stop with Ctrl+C)");
    let cookies =
        if args.behind_proxy { dozor_api::Cookies::HttpsOnly } else { dozor_api::Cookies::Loopback };
    let settings = dozor_api::Settings { cookies, new_id: edge::new_id };
    dozor_api::serve(listener, dozor, settings, async {
        drop(tokio::signal::ctrl_c().await);
    })
    .await
    .map_err(unread)?;
    Ok(Done::clean(&serde_json::json!({ "served": bound.to_string() }), "stopped".to_owned()))
}
