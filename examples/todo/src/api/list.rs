//! `GET /api/{user_id}/tasks`

use axum::Json;
use axum::extract::State;
use goldsignal::observed;

use super::error::ApiError;
use super::extract::User;
use super::task::Task;
use crate::objectives::API;
use crate::store::Store;

/// Lists a user's tasks, the newest first.
#[observed(
    get = "/api/{user_id}/tasks",
    slo = API,
    fields(user = hash(user)),
    ok(|Json(tasks)| tasks = tasks.len()),
)]
pub(super) async fn list_tasks(
    State(store): State<Store>,
    User(user): User,
) -> Result<Json<Vec<Task>>, ApiError> {
    Ok(Json(store.list(&user).await?))
}
