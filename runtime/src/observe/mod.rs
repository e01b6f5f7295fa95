//! One execution: what is observed of it, from its start to its one end.

pub mod call;
pub(crate) mod calls;
pub(crate) mod captured;
pub mod context;
pub mod counted;
pub mod current;
mod deferred;
pub(crate) mod endpoint;
pub mod fields;
pub(crate) mod folded;
pub mod future;
pub(crate) mod guard;
pub mod hash;
pub(crate) mod hex;
pub mod mount;
pub(crate) mod objective;
pub(crate) mod observation;
pub mod outcome;
pub(crate) mod read;
pub(crate) mod recording;
pub(crate) mod request;
pub mod request_id;
pub(crate) mod shared;
pub mod site;
mod spares;
pub mod verdict;

pub use context::TraceContext;
pub use current::{Current, current};
pub use outcome::Outcome;
pub use request_id::RequestId;
