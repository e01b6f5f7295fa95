//! The API: a file for each operation.

mod complete;
mod create;
mod delete;
mod error;
mod extract;
mod list;
mod read;
mod report_vitals;
mod task;
mod update;

use axum::Router;
use goldsignal::routes;

use crate::store::Store;

pub use error::ApiError;
pub use task::{NewTask, Task, TaskChange};

/// The service's routes.
pub fn app(store: Store) -> Router {
    routes![
        create::create_task,
        list::list_tasks,
        read::read_task,
        update::update_task,
        delete::delete_task,
        complete::complete_task,
        report_vitals::report_vitals,
    ]
    .fallback(error::no_such_route)
    .with_state(store)
}
