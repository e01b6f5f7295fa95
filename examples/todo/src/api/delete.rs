//! `DELETE /api/{user_id}/tasks/{task_id}`

use axum::extract::State;
use axum::response::NoContent;
use goldsignal::observed;

use super::error::ApiError;
use super::extract::{TaskId, User};
use crate::objectives::API;
use crate::store::Store;

/// Deletes a task.
#[observed(
    delete = "/api/{user_id}/tasks/{task_id}",
    slo = API,
    fields(user = hash(user), task_id = task.0),
)]
pub(super) async fn delete_task(
    State(store): State<Store>,
    User(user): User,
    task: TaskId,
) -> Result<NoContent, ApiError> {
    if store.delete(&user, task.0).await? { Ok(NoContent) } else { Err(ApiError::NotFound) }
}
