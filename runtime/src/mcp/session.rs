//! Sessions.

use std::sync::{Arc, OnceLock};

use super::ToolCall;
use crate::observe::sessions::RunningSession;
use crate::record::ambient::StoreRef;

/// A session of a client. It ends when the last clone is dropped, so it belongs into the value that serves the session.
///
/// While it runs, it is counted in `mcp_sessions_in_flight`; then its length goes to `mcp_session_duration_seconds`.
///
/// ```
/// use goldsignal::mcp::Session;
///
/// # let scope = goldsignal::testing::scope();
/// let session = Session::new();
/// session.begin();
/// # scope.assert("mcp_sessions_in_flight", &[], 1.0);
/// drop(session);
/// # scope.assert("mcp_sessions_in_flight", &[], 0.0);
/// ```
#[derive(Clone, Debug)]
pub struct Session(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// The registry of the code that created it: a library may handle each message in a task of its own.
    store: StoreRef,
    running: OnceLock<RunningSession>,
}

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}

impl Session {
    /// A session that has not begun. It and its calls are counted in the registry of the running code.
    pub fn new() -> Self {
        Self(Arc::new(Inner { store: StoreRef::current(), running: OnceLock::new() }))
    }

    /// Begins the session, unless it has begun: call it where the client's `initialize` arrives. A server that works without
    /// sessions never does.
    pub fn begin(&self) {
        self.0.running.get_or_init(|| self.0.store.enter(RunningSession::begin));
    }

    /// A call of a tool by the client.
    pub fn call(&self, tool: &str) -> ToolCall {
        ToolCall::new(tool, self.0.store.clone())
    }
}
