//! What the head of a response promises of its body.

use bytes::Bytes;
use http_body::{Body, Frame};

use super::headers::{self, ResponseHead};
use crate::declare::Outcome;
use crate::observe::verdict::Verdict;

/// The `error_type` of a body that failed; one whose reader went away has none.
const BODY_ERROR: &str = "body_error";

/// How much of a body is still to come, and how its request ends once that has been handed on.
///
/// Servers stop polling a body when they have written the length that they promised in the head, and drop it. A body
/// that is dropped after that was delivered whole.
#[derive(Clone, Copy, Debug)]
pub(super) struct BodyProgress {
    verdict: Verdict,
    /// Bytes that are still to come; `u64::MAX` where nobody knows.
    remaining: u64,
    /// Trailers may follow the last byte, and say how the request ended.
    may_have_trailers: bool,
}

impl BodyProgress {
    const UNKNOWN_LENGTH: u64 = u64::MAX;

    /// What a response promises by its head and by the size of its body. The header comes first: a server writes as
    /// much as it says.
    pub(super) fn of<B: Body>(head: &ResponseHead, body: &B) -> Self {
        let ResponseHead { verdict, content_length, may_have_trailers, .. } = *head;
        let length = content_length.or_else(|| body.size_hint().exact());
        Self { verdict, remaining: length.unwrap_or(Self::UNKNOWN_LENGTH), may_have_trailers }
    }

    /// The progress of a body whose request has ended with its head.
    pub(super) fn for_stream(self) -> Self {
        Self { verdict: Verdict { status: self.verdict.status, ..Verdict::OK }, ..self }
    }

    /// How the request ends with its last byte.
    pub(super) const fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Counts bytes that were handed on.
    fn advance(&mut self, bytes: usize) {
        if self.remaining != Self::UNKNOWN_LENGTH {
            self.remaining = self.remaining.saturating_sub(bytes as u64);
        }
    }

    /// Whether the whole body was handed on, and the head announces no trailers.
    pub(super) const fn is_complete(&self) -> bool {
        self.remaining == 0 && !self.may_have_trailers
    }

    /// Counts a frame. Trailers may say how the request ended.
    pub(super) fn record_frame(&mut self, frame: &Frame<Bytes>) {
        self.advance(frame.data_ref().map_or(0, Bytes::len));
        let grpc = frame.trailers_ref().and_then(headers::grpc_status);
        if let Some(grpc) = grpc.filter(|_| self.verdict.outcome == Outcome::Ok) {
            self.verdict = Verdict { status: self.verdict.status, ..grpc };
        }
    }

    /// How the request ends when its body fails.
    pub(super) fn verdict_on_error(&self) -> Verdict {
        let aborted = Verdict { outcome: Outcome::Aborted, error_type: BODY_ERROR, ..self.verdict };
        if self.remaining == 0 { self.verdict } else { aborted }
    }

    /// How the request ends when its body is dropped now.
    pub(super) fn verdict_on_drop(&self) -> Verdict {
        if self.remaining == 0 {
            return self.verdict;
        }
        Verdict { outcome: Outcome::Aborted, status: self.verdict.status, ..Verdict::OK }
    }
}
