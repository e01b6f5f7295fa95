//! goldsignal in an axum service: the boundary, `routes![]`, serving.

pub mod body;
pub mod boundary;
mod describe;
mod endless;
mod future;
mod head;
mod location;
mod named;
pub mod problem;
mod promise;
mod received;
pub mod respond;
pub mod routes;
pub mod serve;

pub use boundary::{Boundary, BoundaryLayer};
pub use endless::Endless;
pub use named::{Named, named};
pub use respond::Created;
