//! `GET /api/{user_id}/tasks`

use axum::Json;
use axum::extract::State;
use goldsignal::observed;

use super::error::ApiError;
use super::extract::{Search, User};
use super::task::Task;
use crate::objectives::API;
use crate::store::Store;

/// Lists a user's tasks, the newest first; with `?search=` those that contain a text.
#[observed(
    get = "/api/{user_id}/tasks",
    slo = API,
    fields(user = hash(user), search_len = search.as_ref().map(|text| text.chars().count())),
    ok(|Json(tasks)| tasks = tasks.len()),
)]
pub(super) async fn list_tasks(
    State(store): State<Store>,
    User(user): User,
    Search(search): Search,
) -> Result<Json<Vec<Task>>, ApiError> {
    Ok(Json(store.list(&user, search.as_deref()).await?))
}
