//! What a returned value says about how its function ended.
//!
//! The value's type decides, through traits. Expansions probe a list of them, the most specific first, by
//! method resolution on references ("autoref specialisation",
//! <https://lukaskalbertodt.github.io/2019/12/05/generalized-autoref-based-specialization.html>):
//! the more `&` an implementation carries, the earlier it is tried.

use std::future::Future;

use super::outcome::Outcome;
use crate::declare::{Fault, FaultKind, FaultTag, OTHER};

/// How an execution ended, as far as its value tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The outcome; `ok` while [`deferred`](Self::deferred).
    pub outcome: Outcome,
    /// The fault's name; empty where nothing went wrong.
    pub error_type: &'static str,
    /// The status that the value states.
    pub status: Option<u16>,
    /// Only the response will tell: the value is an `impl IntoResponse`.
    pub deferred: bool,
}

impl Verdict {
    /// Nothing went wrong.
    pub const OK: Self =
        Self { outcome: Outcome::Ok, error_type: "", status: None, deferred: false };

    const UNCLASSIFIED: Self = Self { outcome: Outcome::Error, error_type: OTHER, ..Self::OK };

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
        Self { outcome, error_type, status: fault.status, deferred: false }
    }
}

/// A value that knows how its function ended.
pub trait Ended {
    /// What it says.
    fn ended(&self) -> Verdict;
}

/// `None` is no error: nothing was found, and the caller decides what that means.
impl<T> Ended for Option<T> {
    fn ended(&self) -> Verdict {
        Verdict::OK
    }
}

impl Ended for http::StatusCode {
    fn ended(&self) -> Verdict {
        Verdict::of_status(self.as_u16())
    }
}

// Borrowed text and bytes. axum makes responses of those that are `'static`: to be probed for that, these
// would have to be.
macro_rules! borrowed {
    ($($type:ty)+) => {$(
        impl Ended for $type {
            fn ended(&self) -> Verdict {
                Verdict::OK
            }
        }
    )+};
}

borrowed! { &str &[u8] std::borrow::Cow<'_, str> std::borrow::Cow<'_, [u8]> }

/// A [`FaultTag`] among the extensions comes before the status.
impl<B> Ended for http::Response<B> {
    fn ended(&self) -> Verdict {
        let status = Verdict::of_status(self.status().as_u16());
        match self.extensions().get::<FaultTag>() {
            Some(fault) if status.outcome != Outcome::Ok => {
                Verdict { status: status.status, ..Verdict::of_fault(fault) }
            }
            _ => status,
        }
    }
}

macro_rules! tuples {
    ($(($($rest:ident)+))+) => {$(
        impl<$($rest),+> Ended for (http::StatusCode, $($rest),+) {
            fn ended(&self) -> Verdict {
                self.0.ended()
            }
        }
    )+};
}

tuples! { (A) (A B) (A B C) (A B C D) (A B C D E) }

/// A value to be probed.
#[derive(Debug)]
pub struct Probe<'a, T>(pub &'a T);

/// A future where a value was expected.
#[derive(Debug)]
pub struct Unawaited;

/// What [`conclude`] takes.
#[diagnostic::on_unimplemented(
    message = "`#[observed]` cannot see the future in this return type, so it would time its creation",
    label = "returns a future of a named type",
    note = "write `async fn`, `-> impl Future<Output = …>`, `-> Pin<Box<dyn Future<Output = …>>>` or \
            `-> BoxFuture<…>`"
)]
pub trait Conclusion {
    /// The verdict.
    fn verdict(self) -> Verdict;
}

#[diagnostic::do_not_recommend]
impl Conclusion for Verdict {
    fn verdict(self) -> Verdict {
        self
    }
}

/// Turns what a probe found into a verdict; a future is refused.
pub fn conclude(conclusion: impl Conclusion) -> Verdict {
    conclusion.verdict()
}

/// The probes. All are called `verdict`; method resolution picks the first that applies.
pub mod probes {
    use super::{Ended, Fault, Future, Probe, Unawaited, Verdict};

    macro_rules! probe {
        ($(#[$meta:meta])* $trait:ident -> $returns:ty) => {
            $(#[$meta])*
            pub trait $trait {
                /// What the value says.
                fn verdict(&self) -> $returns;
            }
        };
    }

    probe!(
        /// A future that nobody awaited.
        OfFuture -> Unawaited
    );
    impl<F: Future> OfFuture for &&&&&&&Probe<'_, F> {
        fn verdict(&self) -> Unawaited {
            Unawaited
        }
    }

    probe!(
        /// A result whose error is classified and whose value knows how it ended.
        OfEndedOrFault -> Verdict
    );
    impl<T: Ended, E: Fault> OfEndedOrFault for &&&&&&Probe<'_, Result<T, E>> {
        fn verdict(&self) -> Verdict {
            match self.0 {
                Ok(value) => value.ended(),
                Err(error) => Verdict::of_fault(&error.tag()),
            }
        }
    }

    probe!(
        /// A result whose error is classified.
        OfFault -> Verdict
    );
    impl<T, E: Fault> OfFault for &&&&&Probe<'_, Result<T, E>> {
        fn verdict(&self) -> Verdict {
            match self.0 {
                Ok(_) => Verdict::OK,
                Err(error) => Verdict::of_fault(&error.tag()),
            }
        }
    }

    probe!(
        /// A result with an error that is not classified, and a value that knows how it ended.
        OfEndedOrError -> Verdict
    );
    impl<T: Ended, E> OfEndedOrError for &&&&Probe<'_, Result<T, E>> {
        fn verdict(&self) -> Verdict {
            match self.0 {
                Ok(value) => value.ended(),
                Err(_) => Verdict::UNCLASSIFIED,
            }
        }
    }

    probe!(
        /// A result with an error that is not classified.
        OfResult -> Verdict
    );
    impl<T, E> OfResult for &&&Probe<'_, Result<T, E>> {
        fn verdict(&self) -> Verdict {
            match self.0 {
                Ok(_) => Verdict::OK,
                Err(_) => Verdict::UNCLASSIFIED,
            }
        }
    }

    probe!(
        /// A value that knows how it ended.
        OfEnded -> Verdict
    );
    impl<T: Ended> OfEnded for &&Probe<'_, T> {
        fn verdict(&self) -> Verdict {
            self.0.ended()
        }
    }

    probe!(
        /// A value that becomes a response: its status will tell.
        OfResponse -> Verdict
    );
    #[cfg(feature = "axum")]
    impl<T: axum::response::IntoResponse> OfResponse for &Probe<'_, T> {
        fn verdict(&self) -> Verdict {
            Verdict { deferred: true, ..Verdict::OK }
        }
    }

    probe!(
        /// Any other value: nothing went wrong.
        OfAny -> Verdict
    );
    impl<T> OfAny for Probe<'_, T> {
        fn verdict(&self) -> Verdict {
            Verdict::OK
        }
    }
}

/// The probes' methods without their names.
pub mod probing {
    pub use super::probes::{
        OfAny as _, OfEnded as _, OfEndedOrError as _, OfEndedOrFault as _, OfFault as _,
        OfFuture as _, OfResponse as _, OfResult as _,
    };
}

/// What a function's return type says before it is called.
#[derive(Debug)]
pub struct Returns<T>(pub std::marker::PhantomData<fn() -> T>);

impl<T> Returns<T> {
    /// The probe of `T`.
    pub const fn new() -> Self {
        Self(std::marker::PhantomData)
    }
}

impl<T> Default for Returns<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// Stands for what a static cannot name in a return type: `impl Trait`, `Self`, type parameters.
#[derive(Debug)]
pub struct Opaque;

/// The probes of return types.
pub mod returns {
    use super::{Fault, FaultKind, Returns};

    /// A result whose error is classified.
    pub trait FaultsOfResult {
        /// The ways in which the error can go wrong.
        fn faults(&self) -> &'static [FaultKind];
    }
    impl<T, E: Fault> FaultsOfResult for &Returns<Result<T, E>> {
        fn faults(&self) -> &'static [FaultKind] {
            E::KINDS
        }
    }

    /// Any other type.
    pub trait FaultsOfAny {
        /// None are known.
        fn faults(&self) -> &'static [FaultKind];
    }
    impl<T> FaultsOfAny for Returns<T> {
        fn faults(&self) -> &'static [FaultKind] {
            &[]
        }
    }

    /// A type that always answers with one status.
    pub trait Status {
        /// The status.
        const STATUS: u16;
    }

    /// A result with a value of one status.
    pub trait SuccessOfResult {
        /// The status of a good end.
        fn success(&self) -> Option<u16>;
    }
    impl<T: Status, E> SuccessOfResult for &&Returns<Result<T, E>> {
        fn success(&self) -> Option<u16> {
            Some(T::STATUS)
        }
    }

    /// A value of one status.
    pub trait SuccessOfStatus {
        /// The status of a good end.
        fn success(&self) -> Option<u16>;
    }
    impl<T: Status> SuccessOfStatus for &Returns<T> {
        fn success(&self) -> Option<u16> {
            Some(T::STATUS)
        }
    }

    /// Any other value.
    pub trait SuccessOfAny {
        /// Not known.
        fn success(&self) -> Option<u16>;
    }
    impl<T> SuccessOfAny for Returns<T> {
        fn success(&self) -> Option<u16> {
            None
        }
    }
}

/// A value that cannot end badly.
#[derive(Debug)]
pub struct Infallible<T>(std::marker::PhantomData<T>);

/// What [`bad`] takes.
#[diagnostic::on_unimplemented(
    message = "`err(..)` needs a function that returns a `Result`, not a `{T}`",
    label = "never ends with an error",
    note = "remove `err(..)`, or return a `Result`"
)]
pub trait Fallible<T> {
    /// The bad value.
    type Err;
    /// The bad value, if it is one.
    fn err(self) -> Option<Self::Err>;
}

#[diagnostic::do_not_recommend]
impl<T, E> Fallible<T> for Option<E> {
    type Err = E;
    fn err(self) -> Self {
        self
    }
}

/// What a probe found as the bad part of a value.
pub fn bad<T, F: Fallible<T>>(_: &T, found: F) -> Option<F::Err> {
    found.err()
}

/// What a value holds when it ended well or badly, for `ok(..)` and `err(..)`.
pub mod parts {
    use super::{Infallible, Probe};
    use std::marker::PhantomData;

    /// A result.
    pub trait OfResult<'a> {
        /// The good value.
        type Ok;
        /// The bad value.
        type Err;
        /// The good value, if it is one.
        fn ok(&self) -> Option<&'a Self::Ok>;
        /// The bad value, if it is one.
        fn err(&self) -> Option<&'a Self::Err>;
    }
    impl<'a, T, E> OfResult<'a> for &&Probe<'a, Result<T, E>> {
        type Ok = T;
        type Err = E;
        fn ok(&self) -> Option<&'a T> {
            self.0.as_ref().ok()
        }
        fn err(&self) -> Option<&'a E> {
            self.0.as_ref().err()
        }
    }

    /// An option.
    pub trait OfOption<'a> {
        /// The good value.
        type Ok;
        /// The value, if there is one.
        fn ok(&self) -> Option<&'a Self::Ok>;
    }
    impl<'a, T> OfOption<'a> for &Probe<'a, Option<T>> {
        type Ok = T;
        fn ok(&self) -> Option<&'a T> {
            self.0.as_ref()
        }
    }

    /// Any other value.
    pub trait OfAny<'a> {
        /// The value.
        type Ok;
        /// The value.
        fn ok(&self) -> Option<&'a Self::Ok>;
        /// There is none.
        fn err(&self) -> Infallible<Self::Ok> {
            Infallible(PhantomData)
        }
    }
    impl<'a, T> OfAny<'a> for Probe<'a, T> {
        type Ok = T;
        fn ok(&self) -> Option<&'a T> {
            Some(self.0)
        }
    }

    /// The methods without their names.
    pub mod probing {
        pub use super::{OfAny as _, OfOption as _, OfResult as _};
    }
}
