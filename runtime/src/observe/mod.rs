//! One execution of an operation, or one request: its identity, its fields, and how it ends.
//!
//! [`current()`] is the observation that encloses the running code.
//!
//! ```
//! use goldsignal::{Fault, observed};
//!
//! #[derive(Fault)]
//! #[fault(status = 502)]
//! struct StaleCache;
//!
//! #[observed]
//! async fn price(item: u64) -> u64 {
//!     let current = goldsignal::current();
//!     current.record("cache", "stale");
//!     // The value is good enough for the caller, and still counts as a failure.
//!     current.fail(&StaleCache);
//!     // A task of its own belongs to this observation.
//!     # async fn refresh(_: u64) {}
//!     tokio::spawn(current.instrument(refresh(item)));
//!     item
//! }
//! # drop(price(1));
//! ```

pub(crate) mod calls;
pub(crate) mod captured;
pub(crate) mod context;
pub(crate) mod current;
pub(crate) mod deferred;
pub(crate) mod ended;
pub(crate) mod endpoint;
#[cfg(feature = "traces")]
pub(crate) mod entered;
pub(crate) mod fields;
pub(crate) mod first_poll;
pub(crate) mod folded;
mod free_list;
mod generated_id;
pub(crate) mod hash;
pub(crate) mod hex;
pub(crate) mod in_flight;
pub(crate) mod latency;
pub(crate) mod mount;
#[cfg(feature = "telemetry")]
pub(crate) mod notable;
pub(crate) mod objective;
pub(crate) mod observation;
#[cfg(feature = "traces")]
pub(crate) mod pending_trace;
pub(crate) mod polls;
pub(crate) mod rate_limit;
pub(crate) mod read;
#[cfg(feature = "traces")]
pub(crate) mod recorded_span;
pub(crate) mod request;
pub(crate) mod request_id;
pub(crate) mod sampling;
pub(crate) mod sessions;
pub(crate) mod shared;
pub(crate) mod site;
#[cfg(feature = "traces")]
mod span_budget;
pub(crate) mod span_recorder;
pub(crate) mod stored_fields;
#[cfg(feature = "telemetry")]
#[cfg_attr(not(feature = "page"), expect(dead_code, reason = "the page shows them"))]
pub(crate) mod story;
#[cfg(not(feature = "telemetry"))]
#[path = "no_story.rs"]
pub(crate) mod story;
#[cfg(feature = "traces")]
pub(crate) mod suppress;
pub(crate) mod verdict;

pub use crate::declare::outcome::Outcome;
pub use context::TraceContext;
pub use current::{Current, Instrumented, current};
pub use request_id::RequestId;
