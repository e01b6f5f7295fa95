//! The status codes of gRPC: their names (<https://grpc.io/docs/guides/status-codes/>), and whose fault each is
//! (<https://opentelemetry.io/docs/specs/semconv/rpc/grpc/>).

use super::OTHER;
use super::fault::Blame;
#[cfg(feature = "tonic")]
use super::fault::{Fault, FaultKind};

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

/// The name of a status code; [`OTHER`] if it is unknown.
pub(crate) fn name(code: usize) -> &'static str {
    NAMES.get(code).copied().unwrap_or(OTHER)
}

/// Whose fault an error with this status code is.
pub(crate) const fn blame(code: usize) -> Blame {
    match code {
        1 | 3 | 5..=11 | 16 => Blame::Client,
        _ => Blame::Server,
    }
}

/// The `error_type` of a status is the name of its code, such as `not_found`.
#[cfg(feature = "tonic")]
impl Fault for tonic::Status {
    const KINDS: &'static [FaultKind] = &[];

    fn error_type(&self) -> &'static str {
        name(self.code() as usize)
    }

    /// gRPC sends errors with the HTTP status 200 as well, so only a status that is not an error has one.
    fn status(&self) -> Option<u16> {
        (self.code() == tonic::Code::Ok).then_some(200)
    }

    fn blame(&self) -> Blame {
        blame(self.code() as usize)
    }
}

#[cfg(all(test, feature = "tonic"))]
mod tests {
    use super::*;
    use tonic::{Code, Status};

    #[test]
    fn the_code_classifies_a_status() {
        let classified = |code| {
            let status = Status::new(code, "");
            (status.error_type(), status.blame())
        };
        assert_eq!(classified(Code::NotFound), ("not_found", Blame::Client));
        assert_eq!(classified(Code::Unauthenticated), ("unauthenticated", Blame::Client));
        assert_eq!(classified(Code::DeadlineExceeded), ("deadline_exceeded", Blame::Server));
        assert_eq!(classified(Code::Unavailable), ("unavailable", Blame::Server));
        assert_eq!(Status::new(Code::Ok, "").status(), Some(200));
    }
}
