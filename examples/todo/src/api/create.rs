//! `POST /api/{user_id}/tasks`

use axum::Json;
use axum::extract::State;
use goldsignal::axum::Created;
use goldsignal::{business_counter, observed};

use super::error::ApiError;
use super::extract::{User, ValidJson};
use super::task::{NewTask, Task};
use crate::metrics::{CreatedTask, TaskMetrics};
use crate::objectives::API;
use crate::store::Store;

/// Creates a task.
#[observed(
    post = "/api/{user_id}/tasks",
    slo = API,
    fields(user = hash(user), title_len = task.title.chars().count()),
    ok(|Created(Json(created))| task_id = created.id),
)]
#[business_counter(
    TaskMetrics::tasks_created_total,
    CreatedTask { described: task.description.is_some() },
)]
pub(super) async fn create_task(
    State(store): State<Store>,
    User(user): User,
    ValidJson(task): ValidJson<NewTask>,
) -> Result<Created<Json<Task>>, ApiError> {
    let created = store.create(&user, &task).await?;
    TaskMetrics::get().busiest_users.add(&user);
    Ok(Created(Json(created)))
}
