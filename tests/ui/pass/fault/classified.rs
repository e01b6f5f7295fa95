//! Every way to give a status, with strict lints, and combined with thiserror.
#![deny(warnings, clippy::pedantic)]
#![forbid(unsafe_code)]

use axum::http::StatusCode;
use axum::response::IntoResponse;
use goldsignal::{Blame, Fault, FaultKind};

const GONE: u16 = 410;

#[derive(Debug, thiserror::Error, Fault)]
#[fault(response, detail)]
enum ApiError {
    #[error("no such task")]
    #[fault(status = 404)]
    NotFound,
    #[error("gone")]
    #[fault(status = GONE, error_type = "went")]
    Gone,
    #[error("own")]
    #[fault(status = Self::OWN)]
    Own,
    #[error("database: {0}")]
    #[fault(status = StatusCode::SERVICE_UNAVAILABLE)]
    Database(#[from] std::io::Error),
    #[error("upstream {code}")]
    #[fault(status = code)]
    Upstream { code: u16, retries: u8 },
    #[error("computed")]
    #[fault(status = if self.is_late() { 504 } else { 502 })]
    Computed,
    #[error("busy")]
    #[fault(status = 429, blame = server)]
    Busy,
    #[error(transparent)]
    #[fault(transparent)]
    Inner(#[from] InnerError),
    #[error(transparent)]
    #[fault(transparent)]
    Named { source: InnerError },
}

impl ApiError {
    const OWN: u16 = 409;

    fn is_late(&self) -> bool {
        matches!(self, Self::Computed)
    }
}

#[derive(Debug, thiserror::Error, Fault)]
#[error("inner")]
#[fault(status = 400)]
struct InnerError;

#[derive(Fault)]
#[fault(transparent)]
struct Wrapper<T>(T);

#[derive(Fault)]
#[fault(response)]
enum Generic<'a, T: Send + Sync, E>
where
    E: Clone,
{
    #[fault(status = 400)]
    Bad(&'a T),
    #[fault(transparent)]
    Inner(E),
}

#[derive(Fault)]
enum Never {}

#[derive(Fault)]
#[fault(status = self.0, error_type = "status")]
struct Tuple(StatusCode);

fn main() {
    let kinds: Vec<_> = ApiError::KINDS.iter().map(|kind| (kind.error_type, kind.status)).collect();
    assert_eq!(
        kinds,
        [
            ("not_found", Some(404)),
            ("went", Some(410)),
            ("own", Some(409)),
            ("database", Some(503)),
            ("upstream", None),
            ("computed", None),
            ("busy", Some(429)),
            ("inner_error", Some(400)),
            ("inner_error", Some(400)),
        ]
    );
    assert_eq!(ApiError::Upstream { code: 502, retries: 1 }.status(), Some(502));
    assert_eq!(ApiError::Computed.status(), Some(504));
    assert_eq!(ApiError::Busy.blame(), Blame::Server);
    assert_eq!(ApiError::NotFound.blame(), Blame::Client);
    assert_eq!(ApiError::from(InnerError).error_type(), "inner_error");
    assert_eq!(ApiError::Named { source: InnerError }.blame(), Blame::Client);
    assert_eq!(ApiError::Gone.into_response().status(), StatusCode::GONE);
    let _ = (ApiError::Own, ApiError::Database(std::io::Error::other("x")));
    assert_eq!(Wrapper(InnerError).status(), Some(400));
    assert_eq!(<Wrapper<InnerError> as Fault>::KINDS.len(), 1);
    let bad: Generic<'_, u8, (StatusCode, u8)> = Generic::Bad(&1);
    assert_eq!(bad.status(), Some(400));
    let inner: Generic<'_, u8, (StatusCode, u8)> = Generic::Inner((StatusCode::CONFLICT, 1));
    assert_eq!(inner.into_response().status(), StatusCode::CONFLICT);
    assert_eq!(Never::KINDS, &[] as &[FaultKind]);
    assert_eq!(Tuple(StatusCode::CONFLICT).status(), Some(409));
}
