//! goldsignal in an axum service: the boundary layer, `routes![]`, responses and serving.
//!
//! [`Telemetry::layer`](crate::Telemetry::layer) and [`Telemetry::serve`](crate::Telemetry::serve) add the boundary;
//! what is here helps handlers and mounted services.
//!
//! ```
//! use axum::{Json, Router, routing::get};
//! use goldsignal::axum::{Created, named};
//! use goldsignal::{observed, routes};
//!
//! /// The type says that the answer is 201, so its series begins at zero.
//! #[observed(post = "/items")]
//! async fn create() -> Created<Json<u32>> {
//!     Created(Json(7))
//! }
//!
//! // A mounted service has no route of its own: give its requests an endpoint.
//! let files = named("/static/{*path}", get(async || "a file"));
//! let app: Router = routes![create].nest_service("/static", files);
//! # drop(app);
//! ```

mod body_progress;
pub(crate) mod boundary;
mod endless;
mod future;
pub(crate) mod handler;
mod headers;
pub(crate) mod location;
mod named;
pub(crate) mod problem;
mod request_body;
pub(crate) mod respond;
mod response_body;
pub(crate) mod routes;
pub mod serve;
mod span_attributes;

pub use boundary::{Boundary, BoundaryLayer};
pub use endless::Endless;
pub use named::{Named, named};
pub use problem::{problem, problem_with_detail};
pub use respond::Created;
