//! The call of a function with a route. It builds what the call of any function is, and adds the route to the type of the
//! future.

use std::future::Future;
use std::marker::PhantomData;

use super::future::{Unchecked, WithRoute};
use crate::lifecycle::call::{CallBuilder, CallWithArguments, Captures, begin};
use crate::lifecycle::future::{ObservedFuture, Unclassified};
use crate::observe::fields::{Constant, FieldResult, ProbedField};
use crate::observe::site::Routed;
use crate::observe::verdict::Verdict;

/// What a call is built of, and the route `R`.
#[derive(Debug)]
pub struct RoutedCall<R, B> {
    call: B,
    route: PhantomData<fn() -> R>,
}

/// A call whose future exists from the start.
type Made<F> = Unclassified<(), fn(()) -> F, F>;

/// Begins a call of the function that has the route.
#[inline]
pub fn routed<R: Routed>(_: R) -> RoutedCall<R, CallBuilder> {
    RoutedCall { call: begin(R::site()), route: PhantomData }
}

impl<R, B> RoutedCall<R, B> {
    #[inline]
    fn map<C>(self, next: impl FnOnce(B) -> C) -> RoutedCall<R, C> {
        RoutedCall { call: next(self.call), route: PhantomData }
    }
}

impl<R> RoutedCall<R, CallBuilder> {
    /// As [`CallBuilder::constants`].
    #[must_use]
    #[inline]
    pub fn constants(self, constants: &'static [(&'static str, Constant)]) -> Self {
        self.map(|call| call.constants(constants))
    }

    /// As [`CallBuilder::field`].
    #[must_use]
    #[inline]
    pub fn field<T: ?Sized, V: FieldResult>(
        self,
        name: &'static str,
        probed: ProbedField<T, V>,
    ) -> Self {
        self.map(|call| call.field(name, probed))
    }

    /// As [`CallBuilder::with`].
    #[inline]
    pub fn with<A>(self, arguments: A) -> RoutedCall<R, CallWithArguments<A>> {
        self.map(|call| call.with(arguments))
    }

    /// As [`CallBuilder::future`].
    #[inline]
    pub fn future<M: FnOnce(()) -> F, F: Future>(
        self,
        make: M,
    ) -> RoutedCall<R, Unclassified<(), M, F>> {
        self.map(|call| call.future(make))
    }

    /// As [`CallBuilder::future_from`].
    #[inline]
    pub fn future_from<F: Future>(self, make: impl FnOnce() -> F) -> RoutedCall<R, Made<F>> {
        self.map(|call| call.future_from(make))
    }
}

impl<R, A> RoutedCall<R, CallWithArguments<A>> {
    /// As [`CallWithArguments::future`].
    #[inline]
    pub fn future<M: FnOnce(A) -> F, F: Future>(
        self,
        make: M,
    ) -> RoutedCall<R, Unclassified<A, M, F>> {
        self.map(|call| call.future(make))
    }
}

impl<R: Routed, A, M: FnOnce(A) -> F, F: Future> RoutedCall<R, Unclassified<A, M, F>> {
    /// As [`Unclassified::classify`]. The value is a response: [`Responds::classify`](super::future::Responds::classify) returns the conversion `C`.
    #[expect(clippy::type_complexity, reason = "an alias cannot have an opaque type")]
    #[inline]
    pub fn classify<C, J>(
        self,
        classify: J,
    ) -> WithRoute<ObservedFuture<A, M, F, impl Fn(&F::Output, Captures<'_>) -> Verdict>, R, C>
    where
        J: Fn(&F::Output, Captures<'_>) -> Classified<C>,
    {
        WithRoute::new(self.call.classify(move |value, captures| classify(value, captures).verdict))
    }

    /// As [`Unclassified::classify`], for a generic function.
    #[inline]
    pub fn classify_later<J>(
        self,
        classify: J,
    ) -> WithRoute<ObservedFuture<A, M, F, J>, R, Unchecked>
    where
        J: Fn(&F::Output, Captures<'_>) -> Verdict,
    {
        WithRoute::new(self.call.classify(classify))
    }
}

/// The verdict of a value that `C` turns into a response.
#[derive(Debug)]
pub struct Classified<C> {
    verdict: Verdict,
    conversion: PhantomData<fn() -> C>,
}

impl<C> Classified<C> {
    pub(super) const fn new(verdict: Verdict) -> Self {
        Self { verdict, conversion: PhantomData }
    }
}
