//! goldsignal in an axum service: the boundary, `routes![]`, serving.

pub mod body;
pub mod boundary;
mod future;
mod head;
pub mod problem;
pub mod respond;
pub mod routes;
pub mod serve;
mod standing;

pub use boundary::{Boundary, BoundaryLayer};
pub use respond::Created;
