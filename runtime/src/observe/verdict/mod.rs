//! How a returned value says that its function ended.
//!
//! The value's type decides, through traits. Expansions probe a list of them, the most specific
//! first, by method resolution on references ("autoref specialisation",
//! <https://lukaskalbertodt.github.io/2019/12/05/generalized-autoref-based-specialization.html>):
//! an implementation for more `&` is tried earlier.

pub mod causes;
pub mod parts;
pub mod probes;
pub mod returns;

use std::future::Future;

use crate::declare::Outcome;
use crate::declare::{Fault, FaultTag, OTHER};

/// How an execution ended, as far as its value says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The outcome; `ok` while [`deferred`](Self::deferred).
    pub outcome: Outcome,
    /// The error type; empty if nothing went wrong.
    pub error_type: &'static str,
    /// The status of the value.
    pub status: Option<u16>,
    /// Whether the response may say more: the value is an `impl IntoResponse`, or an error without
    /// a name of its own.
    pub deferred: bool,
}

impl Verdict {
    /// Nothing went wrong.
    pub const OK: Self =
        Self { outcome: Outcome::Ok, error_type: "", status: None, deferred: false };

    const UNCLASSIFIED: Self = Self { outcome: Outcome::Error, error_type: OTHER, ..Self::OK };

    /// An error that only its response classifies.
    #[cfg(feature = "axum")]
    const RESPONDS: Self = Self { deferred: true, ..Self::UNCLASSIFIED };

    /// Whether it is an error of which the response may say more.
    #[inline]
    pub(crate) fn is_deferred_error(&self) -> bool {
        self.deferred && self.outcome != Outcome::Ok
    }

    /// The verdict after the response's head has the verdict `head`. `certain` if the value became
    /// that response; otherwise the function's error may have been handled, and a good response
    /// leaves the verdict unchanged.
    pub(crate) fn as_answered(&self, head: &Self, certain: bool) -> Self {
        let is_redirect = head.status.is_some_and(|status| (300..400).contains(&status));
        let follows = match self.status {
            // A middleware changed the status, so the response is not the value's.
            Some(status) => head.status == Some(status),
            None => certain || head.outcome != Outcome::Ok || is_redirect,
        };
        if follows { *head } else { *self }
    }

    /// An error whose response may have a better name.
    fn if_unnamed(self) -> Self {
        Self { deferred: self.outcome != Outcome::Ok && !names_a_fault(self.error_type), ..self }
    }

    pub(crate) fn of_status(status: u16) -> Self {
        let outcome = Outcome::of_status(status);
        let error_type = match outcome {
            Outcome::Ok => "",
            _ => crate::declare::fault::status_text(status),
        };
        Self { outcome, error_type, status: Some(status), deferred: false }
    }

    pub(crate) fn of_fault(fault: &FaultTag) -> Self {
        let outcome = Outcome::of_fault(fault);
        let error_type = if outcome == Outcome::Ok { "" } else { fault.error_type };
        let verdict = Self { outcome, error_type, status: fault.status, deferred: false };
        if fault.status.is_some() { verdict.if_unnamed() } else { verdict }
    }
}

/// Whether `error_type` says more than "an error" or its status.
pub(super) fn names_a_fault(error_type: &str) -> bool {
    let is_status = error_type.len() == 3 && error_type.bytes().all(|byte| byte.is_ascii_digit());
    !is_status && !error_type.is_empty() && error_type != OTHER
}

/// A value that knows how its function ended.
pub trait HasVerdict {
    /// Its verdict.
    fn own_verdict(&self) -> Verdict;
}

/// `None` is not an error: nothing was found, and the caller decides what that means.
impl<T> HasVerdict for Option<T> {
    fn own_verdict(&self) -> Verdict {
        Verdict::OK
    }
}

#[cfg(feature = "http")]
impl HasVerdict for http::StatusCode {
    fn own_verdict(&self) -> Verdict {
        Verdict::of_status(self.as_u16())
    }
}

/// A returned reference existed before the call. axum implements `IntoResponse` for some `'static`
/// ones, so probing for that would require `'static` of all.
impl<T: ?Sized> HasVerdict for &T {
    fn own_verdict(&self) -> Verdict {
        Verdict::OK
    }
}

/// Boxes and pointers behave like references.
impl<T: ?Sized + ToOwned> HasVerdict for std::borrow::Cow<'_, T> {
    fn own_verdict(&self) -> Verdict {
        Verdict::OK
    }
}

/// A [`FaultTag`] in the extensions takes precedence over the status.
#[cfg(feature = "http")]
impl<B> HasVerdict for http::Response<B> {
    fn own_verdict(&self) -> Verdict {
        let status = Verdict::of_status(self.status().as_u16());
        if status.outcome == Outcome::Ok { status } else { of_failure(status, self.extensions()) }
    }
}

/// The verdict of a response that failed with `status`.
#[cfg(feature = "http")]
#[inline(never)]
fn of_failure(status: Verdict, extensions: &http::Extensions) -> Verdict {
    let fault = extensions.get::<FaultTag>();
    fault.map_or(status, |fault| Verdict { status: status.status, ..Verdict::of_fault(fault) })
}

#[cfg(feature = "http")]
macro_rules! tuples {
    ($(($($rest:ident)+))+) => {$(
        impl<$($rest),+> HasVerdict for (http::StatusCode, $($rest),+) {
            fn own_verdict(&self) -> Verdict {
                self.0.own_verdict().if_unnamed()
            }
        }
    )+};
}

#[cfg(feature = "http")]
tuples! { (A) (A B) (A B C) (A B C D) (A B C D E) }

/// A value to be probed.
#[derive(Debug)]
pub struct ValueProbe<'a, T>(pub &'a T);

impl<T> Clone for ValueProbe<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for ValueProbe<'_, T> {}

/// A future in place of a value.
#[derive(Debug)]
pub struct UnawaitedFuture;

/// The argument of [`into_verdict`].
#[diagnostic::on_unimplemented(
    message = "the return type hides that it is a future, so `#[observed]` would measure only its creation",
    label = "a named type that is a future",
    note = "write `async fn`, `-> impl Future<Output = …>`, `-> Pin<Box<dyn Future<Output = …>>>` or \
            `-> BoxFuture<…>`"
)]
pub trait IntoVerdict {
    /// The verdict.
    fn into_verdict(self) -> Verdict;
}

#[diagnostic::do_not_recommend]
impl IntoVerdict for Verdict {
    fn into_verdict(self) -> Self {
        self
    }
}

/// Turns the result of a probe into a verdict; refuses a future.
pub fn into_verdict(verdict: impl IntoVerdict) -> Verdict {
    verdict.into_verdict()
}

/// A return type. Method resolution on it finds how calls can end, before the first call.
#[derive(Debug)]
pub struct ReturnTypeProbe<T>(pub std::marker::PhantomData<fn() -> T>);

impl<T> ReturnTypeProbe<T> {
    /// The probe of `T`.
    pub const fn new() -> Self {
        Self(std::marker::PhantomData)
    }
}

impl<T> Default for ReturnTypeProbe<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// Replaces the parts of a return type that a static cannot name: `impl Trait`, `Self`, type
/// parameters.
#[derive(Debug)]
pub struct Opaque;

/// The result of the probe for the error of a value that is not a `Result`.
#[derive(Debug)]
pub struct NoError<T>(std::marker::PhantomData<T>);

/// The argument of [`error_part`].
#[diagnostic::on_unimplemented(
    message = "`err(..)` needs a function that returns a `Result`, not a `{T}`",
    label = "not a `Result`",
    note = "remove `err(..)`, or return a `Result`"
)]
pub trait Fallible<T> {
    /// The error.
    type Err;
    /// The error, if the value is one.
    fn err(self) -> Option<Self::Err>;
}

#[diagnostic::do_not_recommend]
impl<T, E> Fallible<T> for Option<E> {
    type Err = E;
    fn err(self) -> Self {
        self
    }
}

/// The error in a value, if its probe found one.
pub fn error_part<T, F: Fallible<T>>(_: &T, probed: F) -> Option<F::Err> {
    probed.err()
}
