//! The tools of the todo service, for language-model agents: a server of the Model Context Protocol, observed by goldsignal.
//!
//! Start reading at the tools in [`tools`]. Each declares its name, its objective and its fields; what the protocol's messages
//! say about a call is in [`server`].

mod api;
mod error;
mod objectives;
mod options;
pub mod server;
mod start;
pub mod tools;
mod user;

pub use api::{Api, Task};
pub use error::ToolError;
pub use options::{Options, Transport};
pub use start::{StartError, http_service, run};
