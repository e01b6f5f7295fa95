//! What a function with a route expands to without the feature `axum`: the macro `route!` reports that, and the rest compiles,
//! so that it is the only error.

use std::future::Future;
use std::marker::PhantomData;

/// In place of the trait of futures with a route.
pub trait HandlerFuture: Future {}

impl<F: Future> HandlerFuture for F {}

pub use HandlerFuture as FaultyHandlerFuture;
pub use HandlerFuture as GenericHandlerFuture;

/// In place of the trait of responses.
pub trait Responds: Sized {
    /// The future.
    fn routed<R, F: Future<Output = Self>>(_: R, future: F) -> F {
        future
    }
}

impl<T> Responds for T {}

/// The future.
pub fn routed_later<R, F: Future>(_: R, future: F) -> F {
    future
}

/// The future.
pub fn faulty<F: Future>(future: F) -> F {
    future
}

/// Passes for an extractor.
#[derive(Debug)]
pub struct ArgumentProbe<T>(PhantomData<T>);

impl<T> ArgumentProbe<T> {
    /// It does.
    pub const READS_BODY: bool = false;
}

/// Checks nothing.
pub const fn require(_: bool, _: &str) {}
