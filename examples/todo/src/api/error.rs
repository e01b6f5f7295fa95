//! What can go wrong, and how the client is told: status, metric and body come from one declaration.

use goldsignal::Fault;

use crate::store::StoreError;

/// Why a request was not granted.
#[derive(Debug, thiserror::Error, Fault)]
#[fault(response)]
pub enum ApiError {
    /// The body is no JSON of the expected shape.
    #[error("the body cannot be read: {0}")]
    #[fault(status = 400)]
    Malformed(String),
    /// The user's name in the path is none.
    #[error("a user's name has 1 to 64 letters, digits, `-` or `_`")]
    #[fault(status = 400)]
    BadUser,
    /// There is no such task, or it is somebody else's.
    #[error("no such task")]
    #[fault(status = 404)]
    NotFound,
    /// No route matches.
    #[error("no such route")]
    #[fault(status = 404)]
    NoSuchRoute,
    /// The task was completed before.
    #[error("the task is completed already")]
    #[fault(status = 409)]
    AlreadyCompleted,
    /// The body says what it must not.
    #[error("{0}")]
    #[fault(status = 422)]
    Invalid(&'static str),
    /// The database fails.
    #[error("database: {0}")]
    #[fault(status = 503)]
    Database(#[from] StoreError),
}

/// Answers what no route matches.
pub(super) async fn no_such_route() -> ApiError {
    ApiError::NoSuchRoute
}
