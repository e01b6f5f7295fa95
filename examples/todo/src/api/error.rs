//! The errors of the API. Status, metric and response body come from one declaration.

use goldsignal::Fault;

use crate::store::StoreError;

/// Why a request failed.
#[derive(Debug, thiserror::Error, Fault)]
#[fault(response)]
pub enum ApiError {
    /// The body is not JSON of the expected shape.
    #[error("the body cannot be read: {0}")]
    #[fault(status = 400)]
    Malformed(String),
    /// The user's name in the path is invalid.
    #[error("a user's name has 1 to 64 letters, digits, `-` or `_`")]
    #[fault(status = 400)]
    BadUser,
    /// There is no such task, or it belongs to another user.
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
    /// A value in the body breaks a rule.
    #[error("{0}")]
    #[fault(status = 422)]
    Invalid(&'static str),
    /// The database fails.
    #[error("database: {0}")]
    #[fault(status = 503)]
    Database(#[from] StoreError),
}

/// The fallback for paths that no route matches.
pub(super) async fn no_such_route() -> ApiError {
    ApiError::NoSuchRoute
}
