//! `PATCH /api/{user_id}/tasks/{task_id}`

use axum::Json;
use axum::extract::State;
use goldsignal::observed;

use super::error::ApiError;
use super::extract::{TaskId, User, ValidJson};
use super::task::{Task, TaskChange};
use crate::objectives::API;
use crate::store::Store;

/// Changes a task's title or description.
#[observed(
    patch = "/api/{user_id}/tasks/{task_id}",
    slo = API,
    fields(user = hash(user), task_id = task.0),
)]
pub(super) async fn update_task(
    State(store): State<Store>,
    User(user): User,
    task: TaskId,
    ValidJson(change): ValidJson<TaskChange>,
) -> Result<Json<Task>, ApiError> {
    store.update(&user, task.0, &change).await?.map(Json).ok_or(ApiError::NotFound)
}
