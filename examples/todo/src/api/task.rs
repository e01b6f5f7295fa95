//! Tasks as the API represents them.

use serde::{Deserialize, Serialize};

use super::error::ApiError;

/// A task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Task {
    /// The id, unique across all users.
    pub id: i64,
    /// The title.
    pub title: String,
    /// The description.
    pub description: Option<String>,
    /// Whether it is completed.
    pub completed: bool,
    /// When it was created, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was completed, in milliseconds since 1970.
    pub completed_at: Option<i64>,
}

/// The body of a request that creates a task.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewTask {
    /// What is to be done: 1 to 200 characters.
    pub title: String,
    /// More about it: 2,000 characters at most.
    pub description: Option<String>,
}

/// The body of a request that changes a task. Missing fields stay unchanged.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskChange {
    /// The same rules as for [`NewTask::title`].
    pub title: Option<String>,
    /// The same rules as for [`NewTask::description`].
    pub description: Option<String>,
}

/// Input with rules beyond its type.
pub(super) trait Validate {
    /// Checks the rules.
    fn validate(&self) -> Result<(), ApiError>;
}

impl Validate for NewTask {
    fn validate(&self) -> Result<(), ApiError> {
        validate_title(&self.title)?;
        validate_description(self.description.as_deref())
    }
}

impl Validate for TaskChange {
    fn validate(&self) -> Result<(), ApiError> {
        self.title.as_deref().map_or(Ok(()), validate_title)?;
        validate_description(self.description.as_deref())
    }
}

fn validate_title(title: &str) -> Result<(), ApiError> {
    let length = title.trim().chars().count();
    if !(1..=200).contains(&length) {
        return Err(ApiError::Invalid("`title` must have 1 to 200 characters"));
    }
    if title.chars().any(char::is_control) {
        return Err(ApiError::Invalid("`title` must not have control characters"));
    }
    Ok(())
}

fn validate_description(description: Option<&str>) -> Result<(), ApiError> {
    if description.is_some_and(|description| description.chars().count() > 2000) {
        return Err(ApiError::Invalid("`description` must have 2,000 characters at most"));
    }
    Ok(())
}
