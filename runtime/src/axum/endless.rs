//! Bodies that have no end of their own.

use http::Response;
use http::header::CONTENT_TYPE;

use crate::declare::Operation;

/// Marks a response whose body has no end of its own, as an extension: the request ends with its head, and
/// the body's life is told by `http_streams_in_flight` and `http_stream_duration_seconds`.
///
/// Responses of type `text/event-stream` need no mark, nor do streams that an `#[observed(long)]` handler answers.
///
/// ```
/// use axum::Extension;
/// use axum::body::Body;
/// use axum::response::IntoResponse;
/// use goldsignal::axum::Endless;
///
/// fn following(lines: Body) -> impl IntoResponse {
///     (Extension(Endless), lines)
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endless;

/// Whether the body of `response` has no end of its own.
pub(super) fn is_endless<B: http_body::Body>(
    response: &Response<B>,
    operation: Option<&'static Operation>,
) -> bool {
    let is_long = operation.is_some_and(|operation| operation.long);
    is_event_stream(response)
        || response.extensions().get::<Endless>().is_some()
        // A long handler may answer with a short text after all: its size is known then.
        || (is_long && response.body().size_hint().exact().is_none())
}

fn is_event_stream<B>(response: &Response<B>) -> bool {
    const EVENT_STREAM: &[u8] = b"text/event-stream";
    let Some(kind) = response.headers().get(CONTENT_TYPE) else { return false };
    let kind = kind.as_bytes();
    kind.get(..EVENT_STREAM.len()).is_some_and(|kind| kind.eq_ignore_ascii_case(EVENT_STREAM))
        && matches!(kind.get(EVENT_STREAM.len()), None | Some(b';' | b' '))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    #[test]
    fn knows_event_streams_by_their_type() {
        for (kind, expected) in [
            ("text/event-stream", true),
            ("Text/Event-Stream; charset=utf-8", true),
            ("text/event-streams", false),
            ("text/plain", false),
        ] {
            let response = Response::builder().header(CONTENT_TYPE, kind).body(Body::empty());
            assert_eq!(is_endless(&response.unwrap(), None), expected, "{kind}");
        }
    }
}
