//! Bodies that have no end of their own.

use http::{HeaderValue, Response};

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

/// Whether the body of `response`, which is no stream of events, has no end of its own all the same.
pub(super) fn is_endless<B: http_body::Body>(
    response: &Response<B>,
    operation: Option<&'static Operation>,
) -> bool {
    let is_long = operation.is_some_and(|operation| operation.long);
    response.extensions().get::<Endless>().is_some()
        // A long handler may answer with a short text after all: its size is known then.
        || (is_long && response.body().size_hint().exact().is_none())
}

/// Whether a content type says that the body is a stream of events.
pub(super) fn is_event_stream(kind: &HeaderValue) -> bool {
    const EVENT_STREAM: &[u8] = b"text/event-stream";
    let kind = kind.as_bytes();
    // What follows it first: that tells nearly all others apart, and there is one for every response.
    matches!(kind.get(EVENT_STREAM.len()), None | Some(b';' | b' '))
        && kind
            .get(..EVENT_STREAM.len())
            .is_some_and(|kind| kind.eq_ignore_ascii_case(EVENT_STREAM))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_event_streams_by_their_type() {
        for (kind, expected) in [
            ("text/event-stream", true),
            ("Text/Event-Stream; charset=utf-8", true),
            ("text/event-streams", false),
            ("text/plain", false),
        ] {
            assert_eq!(is_event_stream(&HeaderValue::from_static(kind)), expected, "{kind}");
        }
    }
}
