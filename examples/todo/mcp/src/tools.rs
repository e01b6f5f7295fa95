//! The tools. What is logged of an argument is named in `fields(..)`; nothing else is.

use goldsignal::observed;
use rmcp::handler::server::tool::ToolRouter;
use rmcp::handler::server::wrapper::{Json, Parameters};
use rmcp::schemars::{self, JsonSchema};
use rmcp::{tool, tool_router};
use serde::{Deserialize, Serialize};

use crate::api::{NewTask, Task};
use crate::error::ToolError;
use crate::objectives::TOOLS;
use crate::server::TodoServer;
use crate::user::User;

/// The task that a tool works on.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct TaskId {
    /// The id of the task.
    pub id: i64,
}

/// What is searched for.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Search {
    /// Text that the title or the description contains, whatever its case: 1 to 100 characters.
    pub text: String,
}

/// Several tasks, the newest first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Tasks {
    /// The tasks: 100 at most.
    pub tasks: Vec<Task>,
}

/// That a task was deleted.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Deleted {
    /// The id that the task had.
    pub id: i64,
}

#[tool_router]
impl TodoServer {
    /// Creates a task.
    #[observed(
        tool = "create_task",
        slo = TOOLS,
        fields(user = hash(user), title_len = task.title.chars().count()),
        ok(|Json(created)| task_id = created.id),
    )]
    #[tool(annotations(destructive_hint = false))]
    async fn create_task(
        &self,
        User(user): User,
        Parameters(task): Parameters<NewTask>,
    ) -> Result<Json<Task>, ToolError> {
        self.api().create(&user, &task).await.map(Json)
    }

    /// Lists the tasks, the newest first.
    #[observed(
        tool = "list_tasks",
        slo = TOOLS,
        fields(user = hash(user)),
        ok(|Json(found)| tasks = found.tasks.len()),
    )]
    #[tool(annotations(read_only_hint = true))]
    async fn list_tasks(&self, User(user): User) -> Result<Json<Tasks>, ToolError> {
        self.api().list(&user, None).await.map(|tasks| Json(Tasks { tasks }))
    }

    /// Finds the tasks whose title or description contains a text.
    #[observed(
        tool = "search_tasks",
        slo = TOOLS,
        fields(user = hash(user), text_len = search.text.chars().count()),
        ok(|Json(found)| tasks = found.tasks.len()),
    )]
    #[tool(annotations(read_only_hint = true))]
    async fn search_tasks(
        &self,
        User(user): User,
        Parameters(search): Parameters<Search>,
    ) -> Result<Json<Tasks>, ToolError> {
        self.api().list(&user, Some(&search.text)).await.map(|tasks| Json(Tasks { tasks }))
    }

    /// Completes a task.
    #[observed(tool = "complete_task", slo = TOOLS, fields(user = hash(user), task_id = id))]
    #[tool(annotations(destructive_hint = false, idempotent_hint = true))]
    async fn complete_task(
        &self,
        User(user): User,
        Parameters(TaskId { id }): Parameters<TaskId>,
    ) -> Result<Json<Task>, ToolError> {
        self.api().complete(&user, id).await.map(Json)
    }

    /// Deletes a task for ever.
    // The other order works, too, but then `rmcp` does not find the description above.
    #[tool(description = "Deletes a task for ever.", annotations(destructive_hint = true))]
    #[observed(tool = "delete_task", slo = TOOLS, fields(user = hash(user), task_id = id))]
    async fn delete_task(
        &self,
        User(user): User,
        Parameters(TaskId { id }): Parameters<TaskId>,
    ) -> Result<Json<Deleted>, ToolError> {
        self.api().delete(&user, id).await.map(|()| Json(Deleted { id }))
    }

    /// The tools by their names.
    pub(crate) fn tools() -> ToolRouter<Self> {
        Self::tool_router()
    }
}
