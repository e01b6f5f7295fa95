//! Beside axum.

pub mod problem;
