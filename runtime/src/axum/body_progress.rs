//! How much of a declared response body is left, and with which verdict its request ends.

use bytes::Bytes;
use http_body::Frame;

use super::headers::{self, ResponseHead};
use crate::declare::Outcome;
use crate::observe::verdict::Verdict;

/// The `error_type` of a body that failed. A body that was dropped by its reader has none.
const BODY_ERROR: &str = "body_error";

/// Tracks the bytes that a body still has to deliver, and the verdict of its request.
///
/// Servers stop polling a body, and drop it, when they have written the length that the head declares. A body that is dropped
/// after that was delivered completely.
#[derive(Clone, Copy, Debug)]
pub(super) struct BodyProgress {
    verdict: Verdict,
    /// Bytes that are left; [`UNKNOWN_LENGTH`](Self::UNKNOWN_LENGTH) if the response declares no length.
    remaining: u64,
    /// Trailers may follow the last byte and change the verdict.
    may_have_trailers: bool,
}

impl BodyProgress {
    const UNKNOWN_LENGTH: u64 = u64::MAX;

    /// The progress of a body that nothing was read of.
    #[inline]
    pub(super) fn of(head: &ResponseHead) -> Self {
        let ResponseHead { verdict, length, may_have_trailers, .. } = *head;
        Self { verdict, remaining: length.unwrap_or(Self::UNKNOWN_LENGTH), may_have_trailers }
    }

    /// The progress of a stream, whose request has ended with its head.
    pub(super) fn for_stream(self) -> Self {
        Self { verdict: Verdict { status: self.verdict.status, ..Verdict::OK }, ..self }
    }

    /// The verdict if the body is delivered completely.
    pub(super) const fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Subtracts bytes that were delivered.
    fn advance(&mut self, bytes: usize) {
        if self.remaining != Self::UNKNOWN_LENGTH {
            self.remaining = self.remaining.saturating_sub(bytes as u64);
        }
    }

    /// Whether the whole body was delivered, and the head announces no trailers.
    pub(super) const fn is_complete(&self) -> bool {
        self.remaining == 0 && !self.may_have_trailers
    }

    /// Records a delivered frame. `grpc-status` in trailers becomes the verdict.
    pub(super) fn record_frame(&mut self, frame: &Frame<Bytes>) {
        self.advance(frame.data_ref().map_or(0, Bytes::len));
        let grpc = frame.trailers_ref().and_then(headers::grpc_status);
        if let Some(grpc) = grpc.filter(|_| self.verdict.outcome == Outcome::Ok) {
            self.verdict = Verdict { status: self.verdict.status, ..grpc };
        }
    }

    /// Records that the body failed.
    pub(super) fn fail(&mut self) {
        if self.remaining != 0 {
            let (outcome, error_type) = (Outcome::Aborted, BODY_ERROR);
            self.verdict = Verdict { outcome, error_type, ..self.verdict };
        }
    }

    /// The verdict if the body is dropped now.
    pub(super) fn verdict_on_drop(&self) -> Verdict {
        if self.remaining == 0 {
            return self.verdict;
        }
        Verdict { outcome: Outcome::Aborted, status: self.verdict.status, ..Verdict::OK }
    }
}
