//! What makes a function with a route an axum handler.
//!
//! axum has implementations of its own for functions. They check the whole function where it is mounted, and their errors name
//! the function. These check the response where the function is written: the future that it returns states that, so that a place
//! which mounts the function does not report it a second time.

pub(crate) mod argument;
pub(crate) mod call;
pub(crate) mod function;
pub(crate) mod future;
pub(crate) mod respond;
