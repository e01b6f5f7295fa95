//! The server of one session: what the protocol's messages say beside the tools.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use goldsignal::mcp::Session;
use http::request::Parts;
use rmcp::handler::server::tool::{ToolCallContext, ToolRouter};
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, Implementation, InitializeRequestParams,
    InitializeResult, ServerCapabilities, ServerConfig,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler, tool_handler};

use crate::api::Api;

/// The server of one session.
#[derive(Debug)]
pub struct TodoServer {
    api: Api,
    user: String,
    session: Session,
    tools: ToolRouter<Self>,
}

impl TodoServer {
    /// A server whose tools call `api`, for `user` where the request names no other.
    pub fn new(api: Api, user: impl Into<String>) -> Self {
        Self { api, user: user.into(), session: Session::new(), tools: Self::tools() }
    }

    pub(crate) fn api(&self) -> &Api {
        &self.api
    }

    pub(crate) fn user(&self) -> &str {
        &self.user
    }
}

#[tool_handler(router = self.tools)]
impl ServerHandler for TodoServer {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("todo-mcp", env!("CARGO_PKG_VERSION")))
            .with_instructions("Tasks of one user: create, list, search, complete and delete them.")
    }

    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        self.session.begin();
        context.peer.set_peer_info(request.clone());
        self.negotiate_initialize(&request)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let meta = &context.meta;
        let mut call = self.session.call(&request.name);
        call = call.trace(meta.get_traceparent(), meta.get_tracestate());
        if let Some(parts) = context.extensions.get::<Parts>() {
            call = call.transported_by(&parts.extensions);
        }
        let cancelled = context.ct.clone();
        let tool = self.tools.call(ToolCallContext::new(self, request, context));
        tokio::select! {
            result = AssertUnwindSafe(call.observe(tool)).catch_unwind() => {
                // Without an answer, the client would wait for ever.
                result.unwrap_or_else(|_| Err(ErrorData::internal_error("the tool failed", None)))
            }
            // Nobody reads the answer to a call that was cancelled. Dropping the call ends its work.
            () = cancelled.cancelled() => Err(ErrorData::internal_error("cancelled", None)),
        }
    }
}
