//! Who may see the page and change the log's filter, and what browsers may do with the answers.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, HOST, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

/// Who is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Who has the token.
    WithToken,
    /// Who is on this machine.
    Local,
    /// Nobody: the listener can be reached from elsewhere, and there is no token.
    Nobody,
}

impl Access {
    pub(crate) fn of(address: SocketAddr, has_token: bool) -> Self {
        match (has_token, address.ip().is_loopback()) {
            (true, _) => Self::WithToken,
            (false, true) => Self::Local,
            (false, false) => Self::Nobody,
        }
    }

    /// Why a request is refused.
    fn refusal(self, headers: &HeaderMap) -> Option<&'static str> {
        match self {
            Self::WithToken => None,
            // A name that leads here without being ours is that of a page that has changed its address to this machine's,
            // to read the answers (DNS rebinding).
            Self::Local if is_local(headers) => None,
            Self::Local => Some(
                "this is at 127.0.0.1 and localhost only; for another name, set GOLDSIGNAL_ADMIN_TOKEN\n",
            ),
            Self::Nobody => Some(
                "this needs a token, because other machines can reach it: set GOLDSIGNAL_ADMIN_TOKEN\n",
            ),
        }
    }
}

fn is_local(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    host.to_str().is_ok_and(|host| is_local_name(without_port(host)))
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

fn is_local_name(name: &str) -> bool {
    let address = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost")
        || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Refuses requests, and adds the headers that every answer has.
pub(super) async fn guard(State(access): State<Access>, request: Request, next: Next) -> Response {
    let mut response = match access.refusal(request.headers()) {
        Some(reason) => (StatusCode::FORBIDDEN, reason).into_response(),
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

const HEADERS: [(HeaderName, &str); 4] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_local() {
        let local = |host: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static(host));
            is_local(&headers)
        };
        for host in [
            "127.0.0.1:9464",
            "127.0.0.1",
            "127.1.2.3:1",
            "[::1]:9464",
            "[::1]",
            "localhost",
            "LocalHost:80",
        ] {
            assert!(local(host), "{host}");
        }
        for host in [
            "",
            "x",
            "evil.example:9464",
            "localhost.evil.example",
            "10.0.0.1:9464",
            "127.0.0.1.evil.example",
            "[::2]:1",
            "localhost:80:90",
            "0.0.0.0:9464",
        ] {
            assert!(!local(host), "{host}");
        }
        assert!(!is_local(&HeaderMap::new()));
    }

    #[test]
    fn a_listener_for_others_needs_a_token() {
        let of = |address: &str, has_token| Access::of(address.parse().unwrap(), has_token);
        assert_eq!(of("0.0.0.0:9464", false), Access::Nobody);
        assert_eq!(of("0.0.0.0:9464", true), Access::WithToken);
        assert_eq!(of("[::1]:9464", false), Access::Local);
        let reason = Access::Nobody.refusal(&HeaderMap::new()).unwrap();
        assert!(reason.contains("GOLDSIGNAL_ADMIN_TOKEN"), "{reason}");
    }
}
