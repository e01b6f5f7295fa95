//! The arguments of a handler: extractors.

use std::convert::Infallible;
use std::future::Future;
use std::marker::PhantomData;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::IntoResponse;
use http::request::Parts;

use super::future::Checked;

/// An argument before the last one.
#[diagnostic::on_unimplemented(
    message = "this function is no handler: its argument `{Self}` is no extractor, or one that must come last",
    label = "takes `{Self}`",
    note = "an argument is an extractor: `Path<..>`, `Query<..>`, `State<..>`, .., and only as the last one `Json<..>`, `String`, ..",
    note = "`Path<T>` and `Query<T>` need a `T` that derives `serde::Deserialize`"
)]
pub trait Argument<S, V, State>: Sized + Send {
    /// Why it cannot be extracted.
    type Rejection: IntoResponse;

    /// Extracts it from the request.
    fn extract(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Self, Self::Rejection>> + Send;
}

/// How an argument is extracted: from the parts of a request.
#[derive(Debug)]
pub enum ViaParts {}

/// How an argument would be extracted: from the body.
#[derive(Debug)]
pub enum ViaBody {}

#[diagnostic::do_not_recommend]
impl<T: FromRequestParts<S> + Send, S: Send + Sync, St> Argument<S, ViaParts, St> for T {
    type Rejection = T::Rejection;

    #[inline]
    fn extract(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Self, Self::Rejection>> + Send {
        T::from_request_parts(parts, state)
    }
}

/// It reads the body, so it can only be the last one. That is reported where the function is written.
#[diagnostic::do_not_recommend]
impl<T: ReadsBody + Send, S> Argument<S, ViaBody, Checked> for T {
    type Rejection = Infallible;

    fn extract(_: &mut Parts, _: &S) -> impl Future<Output = Result<Self, Infallible>> + Send {
        std::future::pending()
    }
}

/// The last argument.
#[diagnostic::on_unimplemented(
    message = "this function is no handler: its argument `{Self}` is no extractor",
    label = "takes `{Self}`",
    note = "an argument is an extractor: `Path<..>`, `Query<..>`, `State<..>`, .., and as the last one also `Json<..>`, `String`, ..",
    note = "`Json<T>`, `Path<T>`, `Query<T>` and `Form<T>` need a `T` that derives `serde::Deserialize`"
)]
pub trait LastArgument<S, V>: Sized + Send {
    /// Why it cannot be extracted.
    type Rejection: IntoResponse;

    /// Extracts it from the request.
    fn extract(
        request: Request,
        state: &S,
    ) -> impl Future<Output = Result<Self, Self::Rejection>> + Send;
}

#[diagnostic::do_not_recommend]
impl<T: FromRequest<S, V> + Send, S, V> LastArgument<S, V> for T {
    type Rejection = T::Rejection;

    #[inline]
    fn extract(
        request: Request,
        state: &S,
    ) -> impl Future<Output = Result<Self, Self::Rejection>> + Send {
        T::from_request(request, state)
    }
}

/// A state that no program has. What is extracted with it is extracted with every state.
#[derive(Clone, Copy, Debug)]
pub struct AnyState;

/// An extractor that reads the body.
pub trait ReadsBody {}

impl<T: FromRequest<AnyState>> ReadsBody for T {}

/// Checks a property of a handler that only its types have. The compiler reports the place in the user's signature.
///
/// # Panics
/// If it does not hold, which in a constant is a compile error.
#[track_caller]
pub const fn require(holds: bool, otherwise: &str) {
    assert!(holds, "{}", otherwise);
}

/// A type that is asked whether it reads the body.
#[derive(Debug)]
pub struct ArgumentProbe<T>(PhantomData<T>);

impl<T: ReadsBody> ArgumentProbe<T> {
    /// Whether it does.
    pub const READS_BODY: bool = true;
}

/// The same for every other type: the compiler prefers what is not of a trait.
pub trait ReadsNoBody {
    /// Whether it reads the body.
    const READS_BODY: bool = false;
}

impl<T> ReadsNoBody for ArgumentProbe<T> {}
