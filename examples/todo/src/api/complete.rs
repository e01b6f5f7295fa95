//! `POST /api/{user_id}/tasks/{task_id}/complete`

use axum::Json;
use axum::extract::State;
use goldsignal::{business_counter, observed};

use super::error::ApiError;
use super::extract::{TaskId, User};
use super::task::Task;
use crate::metrics::TaskMetrics;
use crate::objectives::API;
use crate::store::{Completion, Store};

/// Completes a task.
#[observed(
    post = "/api/{user_id}/tasks/{task_id}/complete",
    slo = API,
    fields(user = hash(user), task_id = task.0),
)]
#[business_counter(TaskMetrics::tasks_completed_total)]
pub(super) async fn complete_task(
    State(store): State<Store>,
    User(user): User,
    task: TaskId,
) -> Result<Json<Task>, ApiError> {
    match store.complete(&user, task.0).await? {
        Completion::Completed(task) => Ok(Json(task)),
        Completion::AlreadyCompleted => Err(ApiError::AlreadyCompleted),
        Completion::NotFound => Err(ApiError::NotFound),
    }
}
