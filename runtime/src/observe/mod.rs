//! The state of one execution, from its start to its one end.

pub(crate) mod calls;
pub(crate) mod captured;
pub mod context;
pub mod current;
pub(crate) mod deferred;
pub(crate) mod ended;
pub(crate) mod endpoint;
#[cfg(feature = "traces")]
pub(crate) mod entered;
pub mod fields;
pub(crate) mod folded;
mod free_list;
pub mod hash;
pub(crate) mod hex;
pub(crate) mod latency;
pub mod mount;
pub(crate) mod objective;
pub(crate) mod observation;
pub(crate) mod read;
pub(crate) mod request;
pub mod request_id;
pub(crate) mod shared;
pub mod site;
pub(crate) mod span_recorder;
#[cfg(feature = "traces")]
pub(crate) mod suppress;
pub mod verdict;

pub use crate::declare::outcome;
pub use crate::declare::outcome::Outcome;
pub use context::TraceContext;
pub use current::{Current, current};
pub use request_id::RequestId;
