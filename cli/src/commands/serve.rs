//! `serve`: the web and the API over one installation.

use std::net::SocketAddr;

use dozor_app::AppError;
use dozor_domain::{Coded, ErrorInfo};
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::{Session, usage, usage_entry};
use crate::args::ServeArgs;
use crate::edge;
use crate::output::{Done, Failure};

/// Says why nothing is served.
#[derive(Debug, Error)]
enum ServeError {
    /// The address can't be had.
    #[error("listening on {address}")]
    Listen { address: String, source: std::io::Error },
    /// Everybody knows a demo's password.
    #[error("serving a demo on {address}")]
    DemoNotPublic { address: SocketAddr },
    /// The server stopped by itself.
    #[error("serving on {address}")]
    Serve { address: String, source: std::io::Error },
}

impl Coded for ServeError {
    fn info(&self) -> &'static ErrorInfo {
        usage_entry(match self {
            Self::Listen { .. } => "LISTEN_FAILED",
            Self::DemoNotPublic { .. } => "DEMO_NOT_PUBLIC",
            Self::Serve { .. } => "SERVER_FAILED",
        })
    }
}

/// Reads an address and takes it; port 0 lets the system choose.
pub(super) async fn listener(text: &str) -> Result<TcpListener, Failure> {
    let wrong = |_| usage("LISTEN_INVALID", &format!("reading --listen {text}"));
    let address: SocketAddr = text.parse().map_err(wrong)?;
    let taken = |source| ServeError::Listen { address: text.to_owned(), source };
    Ok(TcpListener::bind(address).await.map_err(taken)?)
}

/// Serves until the process is told to stop.
pub(super) async fn serve(session: &Session, args: &ServeArgs) -> Result<Done, Failure> {
    let wrong = |_| usage("LISTEN_INVALID", &format!("reading --listen {}", args.listen));
    let address: SocketAddr = args.listen.parse().map_err(wrong)?;
    if !address.ip().is_loopback() && !args.behind_proxy {
        return Err(usage("LISTEN_NOT_LOOPBACK", &format!("listening on {address}")));
    }
    let dozor = session.open(&args.data).await?;
    if !address.ip().is_loopback() && !args.demo_public && dozor.demo_day().await?.is_some() {
        return Err(ServeError::DemoNotPublic { address }.into());
    }
    let listener = listener(&args.listen).await?;
    let failed = |source| ServeError::Serve { address: args.listen.clone(), source };
    let bound = listener.local_addr().map_err(failed)?;
    // Asked for before anybody is told the address: whoever reads it may stop the server at once.
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    if let Some(file) = &args.address_file {
        std::fs::write(file, bound.to_string())
            .map_err(|source| AppError::Write { path: file.display().to_string(), source })?;
    }
    eprintln!("Dozor serves http://{bound} (stop with Ctrl+C)");
    let cookies =
        if args.behind_proxy { dozor_api::Cookies::HttpsOnly } else { dozor_api::Cookies::Loopback };
    let settings = dozor_api::Settings { cookies, new_id: edge::new_id };
    let stop = async move {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    };
    dozor_api::serve(listener, dozor.clone(), settings, stop).await.map_err(failed)?;
    dozor.store().close().await;
    Ok(Done::clean(&serde_json::json!({ "served": bound.to_string() }), "stopped".to_owned()))
}
