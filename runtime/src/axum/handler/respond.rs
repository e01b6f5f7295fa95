//! How the future of a function becomes that of a response.

use std::future::Future;

use axum::response::{IntoResponse, Response};

use super::future::{Checked, Faulty, HandlerFuture, Unchecked};

/// Turns the value of a function into a response, by the function's state.
#[diagnostic::on_unimplemented(
    message = "this function is no handler, because what it returns is no response",
    label = "returns no response",
    note = "return `impl IntoResponse`, data as `Json<..>`, or a type that implements `IntoResponse`"
)]
pub trait Answer<F: Future> {
    /// The response.
    fn answer(value: F::Output) -> Response;
}

#[diagnostic::do_not_recommend]
impl<F: HandlerFuture> Answer<F> for Checked {
    #[inline]
    fn answer(value: F::Output) -> Response {
        F::respond(value)
    }
}

#[diagnostic::do_not_recommend]
impl<F: Future<Output: IntoResponse>> Answer<F> for Unchecked {
    #[inline]
    fn answer(value: F::Output) -> Response {
        value.into_response()
    }
}

#[diagnostic::do_not_recommend]
impl<F: Future> Answer<F> for Faulty {
    fn answer(_: F::Output) -> Response {
        unreachable!("the function does not compile")
    }
}
