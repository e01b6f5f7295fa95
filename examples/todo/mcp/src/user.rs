//! The user whose tasks a tool call works on.

use http::request::Parts;
use rmcp::ErrorData;
use rmcp::handler::server::common::FromContextPart;
use rmcp::handler::server::tool::ToolCallContext;

use crate::server::TodoServer;

/// The header that names the user.
const HEADER: &str = "x-todo-user";

/// The user: as the header of the HTTP request says, else as the server was started for.
#[derive(Debug)]
pub(crate) struct User(pub(crate) String);

impl FromContextPart<ToolCallContext<'_, TodoServer>> for User {
    fn from_context_part(context: &mut ToolCallContext<'_, TodoServer>) -> Result<Self, ErrorData> {
        let request = context.request_context().extensions.get::<Parts>();
        let header = request.and_then(|parts| parts.headers.get(HEADER)?.to_str().ok());
        Ok(Self(header.unwrap_or(context.service.user()).to_owned()))
    }
}
