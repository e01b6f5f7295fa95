//! `GET /api/{user_id}/tasks/{task_id}`

use axum::Json;
use axum::extract::State;
use goldsignal::observed;

use super::error::ApiError;
use super::extract::{TaskId, User};
use super::task::Task;
use crate::objectives::API;
use crate::store::Store;

/// Reads a task.
#[observed(
    get = "/api/{user_id}/tasks/{task_id}",
    slo = API,
    fields(user = hash(user), task_id = task.0),
)]
pub(super) async fn read_task(
    State(store): State<Store>,
    User(user): User,
    task: TaskId,
) -> Result<Json<Task>, ApiError> {
    store.read(&user, task.0).await?.map(Json).ok_or(ApiError::NotFound)
}
