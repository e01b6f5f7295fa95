//! Faults as responses: problem details for HTTP APIs (<https://www.rfc-editor.org/rfc/rfc9457>).

use std::fmt::Display;

use axum::body::Body;
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};

use crate::declare::{Blame, Fault, FaultTag};
use crate::log::buffer::Buffer;
use crate::log::escape::quote;

/// Converts `fault` to a response with its status and name, but without its text.
///
/// The response carries the [`FaultTag`] as an extension, so that the metrics count the fault that the client gets. A fault
/// without a status, or with a status below 400, becomes a 500. `#[fault(response)]` on the error implements `IntoResponse` by
/// this function; call it where the response needs more, such as a header:
///
/// ```
/// use axum::response::{IntoResponse, Response};
/// use goldsignal::Fault;
/// use goldsignal::axum::problem;
/// use http::header::RETRY_AFTER;
///
/// #[derive(Fault)]
/// #[fault(status = 503)]
/// struct Overloaded;
///
/// impl IntoResponse for Overloaded {
///     fn into_response(self) -> Response {
///         ([(RETRY_AFTER, "1")], problem(&self)).into_response()
///     }
/// }
/// assert_eq!(Overloaded.into_response().status(), 503);
/// ```
pub fn problem<F: Fault + ?Sized>(fault: &F) -> Response {
    respond(fault.tag(), None)
}

/// Converts `fault` like [`problem`], and adds its text as `detail` if the client is to blame. The text of the service's own
/// faults goes to the log only, because it may reveal internals. `#[fault(response, detail)]` implements `IntoResponse` by this
/// function.
pub fn problem_with_detail<F: Fault + Display + ?Sized>(fault: &F) -> Response {
    let tag = FaultTag { message: Some(fault.to_string().into()), ..fault.tag() };
    let is_clients = tag.blame == Blame::Client;
    let detail = tag.message.clone().filter(|_| is_clients);
    respond(tag, detail.as_deref())
}

fn respond(mut tag: FaultTag, detail: Option<&str>) -> Response {
    let status = tag
        .status
        .and_then(|status| StatusCode::from_u16(status).ok())
        .filter(|status| status.is_client_error() || status.is_server_error())
        .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    tag.status = Some(status.as_u16());
    let mut response = Response::new(Body::from(body(status, tag.error_type, detail)));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response.extensions_mut().insert(tag);
    response
}

fn body(status: StatusCode, error_type: &str, detail: Option<&str>) -> Vec<u8> {
    let title = status.canonical_reason().unwrap_or("Error");
    Buffer::filled(|reserved| {
        let reserved = reserved.bytes(br#"{"type":"about:blank","title":"#)?;
        let reserved = quote(reserved, title)?.bytes(br#","status":"#)?;
        let mut reserved = reserved.bytes(status.as_str().as_bytes())?;
        if let Some(detail) = detail {
            reserved = quote(reserved.bytes(br#","detail":"#)?, detail)?;
        }
        quote(reserved.bytes(br#","error_type":"#)?, error_type)?.bytes(b"}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(status: StatusCode, error_type: &str, detail: Option<&str>) -> String {
        String::from_utf8(body(status, error_type, detail)).unwrap()
    }

    #[test]
    fn bodies() {
        assert_eq!(
            text(StatusCode::NOT_FOUND, "not_found", None),
            r#"{"type":"about:blank","title":"Not Found","status":404,"error_type":"not_found"}"#
        );
        assert_eq!(
            text(StatusCode::BAD_REQUEST, "bad", Some("a \"b\" \\ \n\t\u{1} é")),
            r#"{"type":"about:blank","title":"Bad Request","status":400,"detail":"a \"b\" \\ \n\t\u0001 é","error_type":"bad"}"#
        );
    }
}
