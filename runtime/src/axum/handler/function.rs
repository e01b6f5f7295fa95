//! Functions with a route, for each number of arguments.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use axum::extract::Request;
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};

use super::argument::{Argument, LastArgument};
use super::future::{Checked, Faulty, RoutedFuture, Unchecked};
use super::respond::Answer;
use crate::axum::routes::Mounting;
use crate::observe::site::Site;

/// A function with a route.
///
/// `A` are its arguments. A method, not a function with a bound: the compiler then names no bound of ours.
#[diagnostic::on_unimplemented(
    message = "`routes![]` mounts functions that state a route, and this states none",
    label = "states no route",
    note = "state it at the function: `#[observed(get = \"/path\")]`",
    note = "what is not observed is mounted by axum: `routes![..].route(\"/path\", get(function))`"
)]
pub trait RoutedFunction<A>: Clone + Send + Sync + 'static {
    /// The handler of the function, [`HandlerOf`]. As an associated type, it is unknown for what is no such function, so that
    /// the compiler reports nothing else about it.
    type Handler;

    /// The handler of the function.
    fn handler(self) -> Self::Handler;
}

/// What is to be extracted for a function that has the arguments `A`.
type ArgumentsOf<Fut, A> = <<Fut as RoutedFuture>::State as State>::Arguments<A>;

/// The state of a function says which of its arguments are to be extracted.
pub trait State {
    /// Those.
    type Arguments<A>;
}

impl State for Checked {
    type Arguments<A> = A;
}

impl State for Unchecked {
    type Arguments<A> = A;
}

impl State for Faulty {
    type Arguments<A> = Self;
}

/// A function as an axum handler.
#[derive(Debug)]
pub struct HandlerOf<F, Fut, A> {
    function: F,
    types: PhantomData<fn(A) -> Fut>,
}

impl<F: Clone, Fut, A> Clone for HandlerOf<F, Fut, A> {
    fn clone(&self) -> Self {
        Self { function: self.function.clone(), types: PhantomData }
    }
}

impl<F, Fut, A> HandlerOf<F, Fut, A> {
    const fn new(function: F) -> Self {
        Self { function, types: PhantomData }
    }

    /// The site of the function.
    pub fn site(&self) -> &'static Site
    where
        Fut: RoutedFuture,
    {
        Fut::site()
    }

    /// The type that has the route.
    pub const fn route(&self) -> PhantomData<fn() -> Fut> {
        PhantomData
    }
}

impl<F, Fut, A, V, S> Handler<(A, V), S> for HandlerOf<F, Fut, A>
where
    F: Clone + Send + Sync + 'static,
    A: Arguments<F, S, V> + 'static,
    Fut: 'static,
{
    type Future = ResponseFuture;

    #[inline]
    fn call(self, request: Request, state: S) -> ResponseFuture {
        A::call(self.function, request, state)
    }
}

/// A function whose arguments `A` are extracted from a request in a service of the state `S`. It is implemented for all
/// functions, so that errors list no implementations.
pub trait ExtractsFrom<A, S, V>: Sized {
    /// Mounts the function. Expansions call this by the trait, so that errors name no bound of ours.
    fn mount<Fut: RoutedFuture + 'static>(
        handler: HandlerOf<Self, Fut, A>,
        mounting: &mut Mounting<S>,
    );
}

impl<F, A, S, V> ExtractsFrom<A, S, V> for F
where
    F: Clone + Send + Sync + 'static,
    A: Arguments<F, S, V> + 'static,
    S: Clone + Send + Sync + 'static,
    V: 'static,
{
    fn mount<Fut: RoutedFuture + 'static>(
        handler: HandlerOf<Self, Fut, A>,
        mounting: &mut Mounting<S>,
    ) {
        mounting.mount_layered(handler.route(), handler);
    }
}

/// The future of a handler. axum stores it in a box as well.
type ResponseFuture = Pin<Box<dyn Future<Output = Response> + Send>>;

/// The arguments of the function `F`, in a service of the state `S`. `V` are the ways to extract them.
pub trait Arguments<F, S, V> {
    /// Calls the function with what is extracted from the request.
    fn call(function: F, request: Request, state: S) -> ResponseFuture;
}

impl<F, S> Arguments<F, S, ()> for Faulty {
    fn call(_: F, _: Request, _: S) -> ResponseFuture {
        Box::pin(std::future::pending())
    }
}

impl<F, Fut> RoutedFunction<()> for F
where
    F: FnOnce() -> Fut + Clone + Send + Sync + 'static,
    Fut: RoutedFuture<State: State>,
{
    type Handler = HandlerOf<F, Fut, ArgumentsOf<Fut, ()>>;

    #[inline]
    fn handler(self) -> Self::Handler {
        HandlerOf::new(self)
    }
}

impl<F, Fut, S> Arguments<F, S, ()> for ()
where
    F: FnOnce() -> Fut + Send + 'static,
    Fut: RoutedFuture<State: Answer<Fut>> + Send,
{
    #[inline]
    fn call(function: F, _: Request, _: S) -> ResponseFuture {
        Box::pin(async move { Fut::State::answer(function().await) })
    }
}

macro_rules! functions {
    ($([$($argument:ident via $via:ident,)* ; $last:ident via $last_via:ident])*) => {$(
        impl<F, Fut, $($argument,)* $last> RoutedFunction<($($argument,)* $last,)> for F
        where
            F: FnOnce($($argument,)* $last) -> Fut + Clone + Send + Sync + 'static,
            Fut: RoutedFuture<State: State>,
        {
            type Handler = HandlerOf<F, Fut, ArgumentsOf<Fut, ($($argument,)* $last,)>>;

            #[inline]
            fn handler(self) -> Self::Handler {
                HandlerOf::new(self)
            }
        }

        #[allow(non_snake_case, unused_mut, reason = "the arguments are named like their types")]
        impl<F, Fut, S, $($argument, $via,)* $last, $last_via> Arguments<F, S, ($($via,)* $last_via,)>
            for ($($argument,)* $last,)
        where
            F: FnOnce($($argument,)* $last) -> Fut + Send + 'static,
            Fut: RoutedFuture<State: Answer<Fut>> + Send,
            S: Send + Sync + 'static,
            $($argument: Argument<S, $via, Fut::State>,)*
            $last: LastArgument<S, $last_via>,
        {
            #[inline]
            fn call(function: F, request: Request, state: S) -> ResponseFuture {
                Box::pin(async move {
                    let (mut parts, body) = request.into_parts();
                    $(
                        let $argument = match $argument::extract(&mut parts, &state).await {
                            Ok(value) => value,
                            Err(rejection) => return rejection.into_response(),
                        };
                    )*
                    let request = Request::from_parts(parts, body);
                    let $last = match $last::extract(request, &state).await {
                        Ok(value) => value,
                        Err(rejection) => return rejection.into_response(),
                    };
                    Fut::State::answer(function($($argument,)* $last).await)
                })
            }
        }
    )*};
}

/// A handler with too many arguments, which the attribute reports.
impl<F, Fut, A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14, A15, A16, A17>
    RoutedFunction<(A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14, A15, A16, A17)>
    for F
where
    F: FnOnce(A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14, A15, A16, A17) -> Fut
        + Clone
        + Send
        + Sync
        + 'static,
    Fut: RoutedFuture<State = Faulty>,
{
    type Handler = HandlerOf<F, Fut, Faulty>;

    fn handler(self) -> Self::Handler {
        HandlerOf::new(self)
    }
}

functions! {
    [; A1 via V1]
    [A1 via V1, ; A2 via V2]
    [A1 via V1, A2 via V2, ; A3 via V3]
    [A1 via V1, A2 via V2, A3 via V3, ; A4 via V4]
    [A1 via V1, A2 via V2, A3 via V3, A4 via V4, ; A5 via V5]
    [A1 via V1, A2 via V2, A3 via V3, A4 via V4, A5 via V5, ; A6 via V6]
    [A1 via V1, A2 via V2, A3 via V3, A4 via V4, A5 via V5, A6 via V6, ; A7 via V7]
    [A1 via V1, A2 via V2, A3 via V3, A4 via V4, A5 via V5, A6 via V6, A7 via V7, ; A8 via V8]
    [A1 via V1, A2 via V2, A3 via V3, A4 via V4, A5 via V5, A6 via V6, A7 via V7, A8 via V8, ; A9 via V9]
    [A1 via V1, A2 via V2, A3 via V3, A4 via V4, A5 via V5, A6 via V6, A7 via V7, A8 via V8, A9 via V9, ; A10 via V10]
    [A1 via V1, A2 via V2, A3 via V3, A4 via V4, A5 via V5, A6 via V6, A7 via V7, A8 via V8, A9 via V9, A10 via V10, ; A11 via V11]
    [A1 via V1, A2 via V2, A3 via V3, A4 via V4, A5 via V5, A6 via V6, A7 via V7, A8 via V8, A9 via V9, A10 via V10, A11 via V11, ; A12 via V12]
    [A1 via V1, A2 via V2, A3 via V3, A4 via V4, A5 via V5, A6 via V6, A7 via V7, A8 via V8, A9 via V9, A10 via V10, A11 via V11, A12 via V12, ; A13 via V13]
    [A1 via V1, A2 via V2, A3 via V3, A4 via V4, A5 via V5, A6 via V6, A7 via V7, A8 via V8, A9 via V9, A10 via V10, A11 via V11, A12 via V12, A13 via V13, ; A14 via V14]
    [A1 via V1, A2 via V2, A3 via V3, A4 via V4, A5 via V5, A6 via V6, A7 via V7, A8 via V8, A9 via V9, A10 via V10, A11 via V11, A12 via V12, A13 via V13, A14 via V14, ; A15 via V15]
    [A1 via V1, A2 via V2, A3 via V3, A4 via V4, A5 via V5, A6 via V6, A7 via V7, A8 via V8, A9 via V9, A10 via V10, A11 via V11, A12 via V12, A13 via V13, A14 via V14, A15 via V15, ; A16 via V16]
}
