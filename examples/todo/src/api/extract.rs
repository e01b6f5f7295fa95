//! Extractors whose rejections are the API's own errors.

use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::error::ApiError;
use super::task::Validate;
use crate::metrics::TaskMetrics;

/// A JSON body that passed its validation.
#[derive(Debug)]
pub(super) struct ValidJson<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned + Validate> FromRequest<S> for ValidJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let body = Json::<T>::from_request(request, state).await;
        let Json(input) = body.map_err(|rejection| ApiError::Malformed(rejection.body_text()))?;
        input.validate()?;
        Ok(Self(input))
    }
}

/// The user in the path.
#[derive(Debug)]
pub(super) struct User(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for User {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        #[derive(serde::Deserialize)]
        struct Named {
            user_id: String,
        }
        let path = Path::<Named>::from_request_parts(parts, state).await;
        let Path(Named { user_id }) = path.map_err(|_| ApiError::BadUser)?;
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if user_id.is_empty() || user_id.len() > 64 || !user_id.chars().all(is_allowed) {
            return Err(ApiError::BadUser);
        }
        TaskMetrics::get().active_users.insert(&user_id);
        Ok(Self(user_id))
    }
}

/// The text that `?search=` asks for: 1 to 100 characters.
#[derive(Debug)]
pub(super) struct Search(pub(super) Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for Search {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        #[derive(serde::Deserialize)]
        struct Asked {
            search: Option<String>,
        }
        let invalid = || ApiError::Invalid("`search` must have 1 to 100 characters");
        let query = Query::<Asked>::from_request_parts(parts, state).await;
        let Query(Asked { search }) = query.map_err(|_| invalid())?;
        let is_valid = |text: &String| (1..=100).contains(&text.trim().chars().count());
        if !search.as_ref().is_none_or(is_valid) {
            return Err(invalid());
        }
        Ok(Self(search))
    }
}

/// The task in the path. An id that is not a number counts as not found.
#[derive(Clone, Copy, Debug)]
pub(super) struct TaskId(pub(super) i64);

impl<S: Send + Sync> FromRequestParts<S> for TaskId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        #[derive(serde::Deserialize)]
        struct Named {
            task_id: i64,
        }
        let path = Path::<Named>::from_request_parts(parts, state).await;
        path.map(|Path(Named { task_id })| Self(task_id)).map_err(|_| ApiError::NotFound)
    }
}
