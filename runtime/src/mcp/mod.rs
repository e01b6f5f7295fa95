//! Tools of a server of the Model Context Protocol (MCP): where a call comes from, and the sessions.
//!
//! `#[observed(tool = "create_task")]` on the function of a tool counts, times, logs and traces its calls. What that function does
//! not see is here: the caller's trace context, which is in `params._meta` of the protocol's message, calls that do not reach a
//! function, and sessions. No library for the protocol is needed; with `rmcp`, `call_tool` of the server looks like this:
//!
//! ```ignore
//! async fn call_tool(
//!     &self,
//!     request: CallToolRequestParams,
//!     context: RequestContext<RoleServer>,
//! ) -> Result<CallToolResponse, ErrorData> {
//!     let mut call = self.session.call(&request.name);
//!     call = call.trace(context.meta.get_traceparent(), context.meta.get_tracestate());
//!     if let Some(parts) = context.extensions.get::<http::request::Parts>() {
//!         call = call.transported_by(&parts.extensions);
//!     }
//!     let tool = ToolCallContext::new(self, request, context);
//!     call.observe(Self::tool_router().call(tool)).await
//! }
//! ```
//!
//! The same without a library:
//!
//! ```
//! use goldsignal::mcp::Session;
//! use goldsignal::observed;
//!
//! /// Adds two numbers.
//! #[observed(tool = "add")]
//! async fn add(a: i64, b: i64) -> i64 {
//!     a + b
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! # let scope = goldsignal::testing::scope();
//! let session = Session::new();
//! session.begin(); // when the client has sent `initialize`
//! let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
//! let sum = session.call("add").trace(Some(traceparent), None).observe(add(1, 2)).await;
//! assert_eq!(sum, 3);
//! # scope.assert("mcp_tool_calls_total", &[("tool", "add"), ("outcome", "ok")], 1.0);
//! # scope.assert("mcp_sessions_in_flight", &[], 1.0);
//! # }
//! ```

mod session;
mod tool_call;

pub use session::Session;
pub use tool_call::ToolCall;
