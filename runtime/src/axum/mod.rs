//! goldsignal in an axum service: the boundary, `routes![]`, serving.

mod body_progress;
pub mod boundary;
mod endless;
mod future;
mod headers;
mod location;
mod named;
pub mod problem;
mod request_body;
pub mod respond;
mod response_body;
pub mod routes;
pub mod serve;
mod span_attributes;

pub use boundary::{Boundary, BoundaryLayer};
pub use endless::Endless;
pub use named::{Named, named};
pub use respond::Created;
