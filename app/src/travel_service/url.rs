//! Which addresses are asked at all: those that the operator names, over HTTPS or on this machine.

use std::net::IpAddr;

use ureq::http::Uri;

use super::error::TravelServiceError;

/// Checks an address and returns it without a slash at its end.
pub(super) fn root(text: &str) -> Result<String, TravelServiceError> {
    let refused = || TravelServiceError::Url { url: text.to_owned() };
    let uri: Uri = text.parse().map_err(|_| refused())?;
    let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(refused)?;
    let is_plain = uri.query().is_none() && !text.contains(['#', '@', ' ']);
    let may_be_asked = match uri.scheme_str() {
        Some("https") => true,
        Some("http") => is_this_machine(host),
        _ => false,
    };
    (is_plain && may_be_asked).then(|| text.trim_end_matches('/').to_owned()).ok_or_else(refused)
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::root;

    #[test]
    fn only_https_and_this_machine_are_asked() {
        for (text, root_of) in [
            ("http://127.0.0.1:5000", "http://127.0.0.1:5000"),
            ("http://localhost:8002/osrm/", "http://localhost:8002/osrm"),
            ("http://[::1]:5000/", "http://[::1]:5000"),
            ("https://routes.example.org/v1", "https://routes.example.org/v1"),
        ] {
            assert_eq!(root(text).unwrap(), root_of);
        }
        for wrong in [
            "http://10.0.0.5:5000",
            "http://routes.example.org",
            "http://localhost.example.org",
            "http://127.0.0.1.example.org",
            "http://127.0.0.1@example.org/",
            "https://user:word@example.org",
            "https://example.org/?x=1",
            "https://example.org/#x",
            "ftp://127.0.0.1",
            "file:///etc/passwd",
            "127.0.0.1:5000",
            "https://",
            "",
        ] {
            assert!(root(wrong).is_err(), "{wrong}");
        }
    }
}
