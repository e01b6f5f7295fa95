//! Why a tool fails. The metric, the log line and what the agent reads come from one declaration.

use goldsignal::Fault;
use rmcp::ErrorData;
use rmcp::handler::server::tool::IntoCallToolResult;
use rmcp::model::{CallToolResponse, CallToolResult, ContentBlock};

/// Why a tool failed. The status says whose fault it is; none is sent.
#[derive(Debug, thiserror::Error, Fault)]
pub enum ToolError {
    /// The user's name is invalid.
    #[error("a user's name has 1 to 64 letters, digits, `-` or `_`")]
    #[fault(status = 400)]
    BadUser,
    /// There is no such task, or it belongs to another user.
    #[error("no such task; list_tasks has the ids")]
    #[fault(status = 404)]
    NoSuchTask,
    /// The task was completed before.
    #[error("the task is completed already")]
    #[fault(status = 409)]
    AlreadyCompleted,
    /// An argument breaks a rule of the service.
    #[error("a title has 1 to 200 characters, a description 2,000 at most, a search 100 at most")]
    #[fault(status = 422)]
    Invalid,
    /// The todo service failed, or answered what this program does not understand.
    #[error("the todo service failed with the status {0}; try again later")]
    #[fault(status = 502)]
    ServiceFailed(u16),
    /// The todo service does not answer.
    #[error("the todo service does not answer; try again later")]
    #[fault(status = 503)]
    Unreachable(#[source] reqwest::Error),
}

/// An agent reads the text of an error, and can act on it.
impl IntoCallToolResult for ToolError {
    fn into_call_tool_result(self) -> Result<CallToolResponse, ErrorData> {
        Ok(CallToolResult::error(vec![ContentBlock::text(self.to_string())]).into())
    }
}
