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

use self::causes::Cause;
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

    /// Captures the cause of a bad value.
    #[inline]
    pub(crate) fn capture(&self, captures: impl CapturesCause, cause: Option<Cause<'_>>) {
        if let Some(cause) = cause.filter(|_| self.outcome != Outcome::Ok) {
            captures.capture_cause(cause);
        }
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

/// What the probe of a value returns.
#[diagnostic::on_unimplemented(
    message = "the return type hides that it is a future, so `#[observed]` would measure only its creation",
    label = "a named type that is a future",
    note = "write `async fn`, `-> impl Future<Output = …>`, `-> Pin<Box<dyn Future<Output = …>>>` or \
            `-> BoxFuture<…>`"
)]
pub trait IntoVerdict: Sized {
    /// The verdict.
    fn into_verdict(self) -> Verdict;

    /// The verdict. The outermost call that returns an error captures its text; inner calls would repeat it. A field named
    /// `error` of the function's own replaces it.
    #[inline]
    fn classify(self, captures: impl CapturesCause, cause: Option<Cause<'_>>) -> Verdict {
        let verdict = self.into_verdict();
        verdict.capture(captures, cause);
        verdict
    }
}

/// What the probe of a value returns, where a future is reported by another trait.
pub trait ProbedVerdict {
    /// The verdict.
    fn verdict(self) -> Verdict;
}

impl ProbedVerdict for Verdict {
    #[inline]
    fn verdict(self) -> Self {
        self
    }
}

impl ProbedVerdict for UnawaitedFuture {
    fn verdict(self) -> Verdict {
        unreachable!("a future is no response, so the function does not compile")
    }
}

/// Captures the text of an error.
pub trait CapturesCause {
    /// Captures it.
    fn capture_cause(self, cause: Cause<'_>);
}

#[diagnostic::do_not_recommend]
impl IntoVerdict for Verdict {
    fn into_verdict(self) -> Self {
        self
    }
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

/// The error in a value, as its probe returns it.
#[diagnostic::on_unimplemented(
    message = "`err(..)` needs a function that returns a `Result`",
    label = "not a `Result`",
    note = "remove `err(..)`, or return a `Result`"
)]
pub trait Fallible: Sized {
    /// The error.
    type Err;
    /// The error, if the value is one.
    fn error(self) -> Option<Self::Err>;
}

#[diagnostic::do_not_recommend]
impl<E> Fallible for Option<E> {
    type Err = E;
    fn error(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declare::Blame;

    fn deferred(outcome: Outcome, error_type: &'static str) -> Verdict {
        Verdict { outcome, error_type, status: None, deferred: true }
    }

    #[test]
    fn only_an_error_is_a_deferred_error() {
        assert!(deferred(Outcome::Error, OTHER).is_deferred_error());
        assert!(!deferred(Outcome::Ok, "").is_deferred_error());
        assert!(!Verdict::UNCLASSIFIED.is_deferred_error());
    }

    #[test]
    fn a_value_with_a_status_follows_a_head_of_that_status() {
        let head = Verdict { error_type: "out_of_stock", ..Verdict::of_status(409) };
        for certain in [true, false] {
            assert_eq!(Verdict::of_status(409).as_answered(&head, certain), head);
            // A middleware changed it.
            let own = Verdict::of_status(500);
            assert_eq!(own.as_answered(&head, certain), own);
        }
    }

    #[test]
    fn an_error_that_the_handler_dealt_with_stays_an_error() {
        let (good, bad, redirect) =
            (Verdict::of_status(200), Verdict::of_status(500), Verdict::of_status(303));
        let own = Verdict::UNCLASSIFIED;
        assert_eq!(own.as_answered(&good, false), own);
        assert_eq!(own.as_answered(&good, true), good);
        assert_eq!(own.as_answered(&bad, false), bad);
        assert_eq!(own.as_answered(&redirect, false), redirect);
        for status in [299, 400] {
            let head = Verdict { outcome: Outcome::Ok, ..Verdict::of_status(status) };
            assert_eq!(own.as_answered(&head, false), own, "{status} is no redirect");
        }
    }

    #[test]
    fn a_status_and_an_error_of_no_kind_are_no_names() {
        for name in ["404", "", OTHER] {
            assert!(!names_a_fault(name), "{name}");
        }
        for name in ["not_found", "4xx", "40", "4040", "e404"] {
            assert!(names_a_fault(name), "{name}");
        }
    }

    #[test]
    fn a_fault_without_a_name_may_get_one_from_its_response() {
        let fault = |name, status: Option<u16>| {
            let tag = FaultTag::new(name, Blame::Server);
            Verdict::of_fault(&status.map_or(tag.clone(), |status| tag.clone().with_status(status)))
        };
        assert!(fault("500", Some(500)).deferred);
        assert!(!fault("database", Some(500)).deferred);
        let unsent = fault("500", None);
        assert!(!unsent.deferred && unsent.status.is_none());
        let good = fault("fine", Some(200));
        assert_eq!((good.outcome, good.error_type, good.deferred), (Outcome::Ok, "", false));
        assert_eq!(Verdict::of_status(204).error_type, "");
        assert_eq!(Verdict::of_status(404).error_type, "404");
    }

    #[cfg(feature = "http")]
    #[test]
    fn a_response_is_classified_by_its_tag_if_it_failed() {
        let verdict = |status: u16, tag: Option<FaultTag>| {
            let mut response = http::Response::new(());
            *response.status_mut() = http::StatusCode::from_u16(status).unwrap();
            if let Some(tag) = tag {
                response.extensions_mut().insert(tag);
            }
            response.own_verdict()
        };
        let tag = || Some(FaultTag::new("out_of_stock", Blame::Server).with_status(500));
        let failed = verdict(409, tag());
        assert_eq!((failed.error_type, failed.status), ("out_of_stock", Some(409)));
        assert_eq!(verdict(200, tag()).error_type, "");
        assert_eq!(verdict(409, None).error_type, "409");
        let tuple = (http::StatusCode::CONFLICT, "text").own_verdict();
        assert_eq!((tuple.error_type, tuple.deferred), ("409", true));
        assert!(!(http::StatusCode::OK, "text").own_verdict().deferred);
    }

    #[test]
    fn the_parts_of_a_value_are_those_of_its_type() {
        use super::parts::{OfAny as _, OfOption as _, OfResult as _};
        let (good, bad): (Result<u8, u8>, Result<u8, u8>) = (Ok(1), Err(2));
        let (good, bad) = (ValueProbe(&good), ValueProbe(&bad));
        assert_eq!(((&&good).ok(), (&&good).err()), (Some(&1), None));
        assert_eq!(((&&bad).ok(), (&&bad).err()), (None, Some(&2)));
        assert_eq!(Fallible::error((&&bad).err()), Some(&2));
        let (some, none) = (Some(3), None::<u8>);
        assert_eq!(((&&ValueProbe(&some)).ok(), (&&ValueProbe(&none)).ok()), (Some(&3), None));
        assert_eq!(ValueProbe(&4).ok(), Some(&4));
    }

    #[cfg(feature = "http")]
    #[test]
    fn a_value_with_a_verdict_is_asked_for_it() {
        use super::probes::OfVerdict as _;
        let status = http::StatusCode::NOT_FOUND;
        assert_eq!((&&&ValueProbe(&status)).verdict(), Verdict::of_status(404));
        assert_eq!((&&&ValueProbe(&Some(status))).verdict(), Verdict::OK, "what was found");
    }

    #[cfg(feature = "axum")]
    #[test]
    fn a_value_that_becomes_a_response_is_deferred() {
        use super::probes::OfResponse as _;
        let verdict = (&&ValueProbe(&"text".to_owned())).verdict();
        assert_eq!(verdict, deferred(Outcome::Ok, ""));
    }
}
