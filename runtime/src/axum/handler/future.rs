//! The future of a handler, whose type knows the handler's route.
//!
//! `routes![]` has only the path of a function. The type of a function cannot be named, but the compiler knows the type of the
//! future that it returns, and that type leads to the site.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::response::{IntoResponse, Response};

use super::call::Classified;
use crate::observe::site::{Routed, Site};
use crate::observe::verdict::causes::Cause;
use crate::observe::verdict::{CapturesCause, ProbedVerdict};

/// A future that a function with a route returns.
pub trait RoutedFuture: Future {
    /// What is known of the function: `Checked`, `Unchecked` or `Faulty`.
    type State;

    /// The site of the function.
    fn site() -> &'static Site;
}

/// The attribute checked the response.
#[derive(Debug)]
pub enum Checked {}

/// What turns a value into a response. The compiler infers it; where the value is no response it cannot, and then it reports
/// nothing else about the future.
pub trait Conversion<T> {
    /// Turns the value into a response.
    fn convert(value: T) -> Response;
}

/// A value that is a response.
#[derive(Debug)]
pub enum IsResponse {}

impl<T: IntoResponse> Conversion<T> for IsResponse {
    #[inline]
    fn convert(value: T) -> Response {
        value.into_response()
    }
}

/// The function is generic: only the place where it is mounted knows its types.
#[derive(Debug)]
pub enum Unchecked {}

/// The attribute reported an error, so nothing else is to report one.
#[derive(Debug)]
pub enum Faulty {}

/// The future of a `Checked` function. That it moves between threads is checked where it is mounted: the compiler would prove
/// it three times for each function.
pub trait HandlerFuture: RoutedFuture<State = Checked> {
    /// Turns the value into a response.
    fn respond(value: Self::Output) -> Response;
}

/// The future of an `Unchecked` function.
pub trait GenericHandlerFuture: RoutedFuture<State = Unchecked> {}

/// The future of a `Faulty` function.
pub trait FaultyHandlerFuture: RoutedFuture<State = Faulty> {}

pin_project_lite::pin_project! {
    /// A future with a route.
    #[derive(Debug)]
    pub struct WithRoute<F, R, S> {
        #[pin]
        future: F,
        route: PhantomData<fn() -> (R, S)>,
    }
}

impl<F, R, S> WithRoute<F, R, S> {
    pub(super) const fn new(future: F) -> Self {
        Self { future, route: PhantomData }
    }
}

impl<F: Future, R, S> Future for WithRoute<F, R, S> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().future.poll(cx)
    }
}

impl<F: Future, R: Routed, S: StateOf> RoutedFuture for WithRoute<F, R, S> {
    type State = S::State;

    fn site() -> &'static Site {
        R::site()
    }
}

/// The state that a type stands for.
pub trait StateOf {
    /// The state.
    type State;
}

impl StateOf for IsResponse {
    type State = Checked;
}

impl StateOf for Unchecked {
    type State = Self;
}

impl StateOf for Faulty {
    type State = Self;
}

impl<F, R: Routed, C> HandlerFuture for WithRoute<F, R, C>
where
    F: Future,
    C: Conversion<F::Output> + StateOf<State = Checked>,
{
    #[inline]
    fn respond(value: F::Output) -> Response {
        C::convert(value)
    }
}

impl<F: Future, R: Routed> GenericHandlerFuture for WithRoute<F, R, Unchecked> {}

impl<F: Future> FaultyHandlerFuture for WithRoute<F, Faulty, Faulty> {}

/// What a handler returns. Its function is called by the trait's name, so that errors name no bound of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no response, so this function is no handler",
    label = "no response",
    note = "return data as `Json<..>`, or implement `IntoResponse` for it",
    note = "of a `Result`, both the value and the error must be responses; an error that derives `Fault` becomes one by `#[fault(response)]`"
)]
pub trait Responds<C>: Sized {
    /// The verdict of a value, as [`IntoVerdict::classify`](crate::observe::verdict::IntoVerdict::classify).
    #[inline]
    fn classify(
        &self,
        verdict: impl ProbedVerdict,
        captures: impl CapturesCause,
        cause: Option<Cause<'_>>,
    ) -> Classified<C> {
        let verdict = verdict.verdict();
        verdict.capture(captures, cause);
        Classified::new(verdict)
    }
}

impl<T: IntoResponse> Responds<IsResponse> for T {}

/// Never the case. With a single implementation, the compiler would not need to know that a value is a response to know its
/// conversion.
impl<T: Nothing> Responds<Faulty> for T {}

/// A trait that nothing implements.
pub trait Nothing {}

impl<F: RoutedFuture + ?Sized> RoutedFuture for Pin<Box<F>> {
    type State = F::State;

    fn site() -> &'static Site {
        F::site()
    }
}

impl<F: HandlerFuture + ?Sized> HandlerFuture for Pin<Box<F>> {
    #[inline]
    fn respond(value: F::Output) -> Response {
        F::respond(value)
    }
}

impl<F: GenericHandlerFuture + ?Sized> GenericHandlerFuture for Pin<Box<F>> {}

/// The future of a function whose attribute reported an error.
pub fn faulty<F: Future>(future: F) -> WithRoute<F, Faulty, Faulty> {
    WithRoute::new(future)
}

impl Routed for Faulty {
    fn site() -> &'static Site {
        unreachable!("the function does not compile")
    }
}
