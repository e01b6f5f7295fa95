//! Response bodies without an end of their own, such as server-sent events.

use http::{Extensions, HeaderValue};

use crate::declare::Operation;

/// An extension that marks a response whose body has no end of its own. The request then ends with its head, so that its latency
/// stays meaningful; `http_streams_in_flight` and `http_stream_duration_seconds` measure the body.
///
/// Responses of type `text/event-stream` and streams of an `#[observed(long)]` handler need no mark.
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

/// Whether a body that is not a `text/event-stream` has no end of its own: it is marked, or a long handler streams it.
#[inline]
pub(super) fn is_endless(
    extensions: &Extensions,
    operation: Option<&'static Operation>,
    has_known_size: impl FnOnce() -> bool,
) -> bool {
    // A long handler may also return a short text, whose size is known.
    operation.is_some_and(|operation| operation.long) && !has_known_size()
        || (!extensions.is_empty() && is_marked(extensions))
}

#[inline(never)]
fn is_marked(extensions: &Extensions) -> bool {
    extensions.get::<Endless>().is_some()
}

/// Whether a content type is `text/event-stream`, with or without parameters.
pub(super) fn is_event_stream(kind: &HeaderValue) -> bool {
    const EVENT_STREAM: &[u8] = b"text/event-stream";
    let kind = kind.as_bytes();
    // The byte after the name is compared first, because it rules out nearly every other type, for every response.
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
