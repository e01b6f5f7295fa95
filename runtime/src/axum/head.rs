//! What the headers of a request and a response say.

use std::cell::RefCell;

use bytes::{Bytes, BytesMut};
use http::header::Entry;
use http::{HeaderMap, HeaderName, HeaderValue, Response};

use crate::observe::context::{RequestId, TRACEPARENT, TraceContext, TraceState};
use crate::observe::outcome::Outcome;
use crate::observe::verdict::{Ended, Verdict};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");

/// The request's own id when it is sane, else a new one.
pub(super) fn request_id(headers: &HeaderMap) -> RequestId {
    let given = headers.get(REQUEST_ID).and_then(|id| RequestId::parse(id.as_bytes()));
    given.unwrap_or_else(RequestId::random)
}

/// The trace that the request goes on with, and what came with it; else a new one.
pub(super) fn trace(headers: &HeaderMap) -> (TraceContext, Option<TraceState>) {
    let given = headers.get(TRACEPARENT).and_then(|value| TraceContext::parse(value.as_bytes()));
    match given {
        Some(trace) => (trace, TraceState::of(headers)),
        None => (TraceContext::root(), None),
    }
}

thread_local! {
    /// Where ids for headers are written: one allocation does for a hundred of them. The block goes when the last
    /// response does that has an id in it.
    static IDS: RefCell<BytesMut> = RefCell::new(BytesMut::new());
}

/// How many bytes of ids share a block.
const BLOCK: usize = 4096;

/// Tells the caller the request's id, unless the service did.
pub(super) fn echo<B>(response: &mut Response<B>, id: &RequestId) {
    if let Entry::Vacant(place) = response.headers_mut().entry(REQUEST_ID)
        && let Ok(value) = HeaderValue::from_maybe_shared(shared(id.as_bytes()))
    {
        place.insert(value);
    }
}

fn shared(id: &[u8]) -> Bytes {
    let written = IDS.try_with(|ids| {
        let mut ids = ids.borrow_mut();
        if ids.capacity() < id.len() {
            ids.reserve(BLOCK);
        }
        ids.extend_from_slice(id);
        ids.split().freeze()
    });
    // The thread may be ending.
    written.unwrap_or_else(|_| Bytes::copy_from_slice(id))
}

/// What the head of a response says: `grpc-status` before the HTTP status.
pub(super) fn verdict<B>(response: &Response<B>) -> Verdict {
    let verdict = response.ended();
    match grpc_status(response.headers()) {
        Some(grpc) if verdict.outcome == Outcome::Ok => Verdict { status: verdict.status, ..grpc },
        _ => verdict,
    }
}

/// The names of the codes of gRPC.
const NAMES: [&str; 17] = [
    "ok",
    "cancelled",
    "unknown",
    "invalid_argument",
    "deadline_exceeded",
    "not_found",
    "already_exists",
    "permission_denied",
    "resource_exhausted",
    "failed_precondition",
    "aborted",
    "out_of_range",
    "unimplemented",
    "internal",
    "unavailable",
    "data_loss",
    "unauthenticated",
];

/// What `grpc-status` says, in a head without a body or in trailers. Codes and their names:
/// <https://grpc.io/docs/guides/status-codes/>; which are the client's fault:
/// <https://opentelemetry.io/docs/specs/semconv/rpc/grpc/>.
pub(super) fn grpc_status(headers: &HeaderMap) -> Option<Verdict> {
    let code: usize = headers.get(GRPC_STATUS)?.to_str().ok()?.trim().parse().ok()?;
    let outcome = match code {
        0 => return Some(Verdict::OK),
        1 | 3 | 5..=11 | 16 => Outcome::ClientError,
        _ => Outcome::ServerError,
    };
    let error_type = NAMES.get(code).copied().unwrap_or(crate::declare::OTHER);
    Some(Verdict { outcome, error_type, ..Verdict::OK })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_share_a_block_stay_apart() {
        let ids: Vec<RequestId> = (0..500).map(|_| RequestId::random()).collect();
        let echoed = ids.iter().map(|id| {
            let mut response = Response::new(());
            echo(&mut response, id);
            response
        });
        let echoed: Vec<_> = echoed.collect();
        for (id, response) in ids.iter().zip(&echoed) {
            assert_eq!(response.headers()[REQUEST_ID].as_bytes(), id.as_bytes());
        }
    }

    #[test]
    fn an_id_that_the_service_told_stays() {
        let mut response = Response::new(());
        response.headers_mut().insert(REQUEST_ID, HeaderValue::from_static("own"));
        echo(&mut response, &RequestId::random());
        assert_eq!(response.headers()[REQUEST_ID], "own");
    }
}
