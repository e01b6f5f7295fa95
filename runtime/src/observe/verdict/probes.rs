//! The probes of values. All methods are called `verdict`; method resolution chooses the first that
//! applies. Two probes have the same number of `&` if no type matches both.

use super::{Fault, Future, HasVerdict, UnawaitedFuture, ValueProbe, Verdict};
#[cfg(feature = "axum")]
use axum::response::IntoResponse;

macro_rules! probe {
    ($(#[$meta:meta])* $trait:ident -> $returns:ty) => {
        $(#[$meta])*
        pub trait $trait {
            /// The verdict of the value.
            fn verdict(&self) -> $returns;
        }
    };
}

/// A value with a verdict, beside an error of the type `E`. If the compiler does not know that type, it takes the first
/// probe, and would report a value without a verdict; with the unknown type in the bound it reports nothing more.
pub trait HasVerdictBeside<E>: HasVerdict {}

#[diagnostic::do_not_recommend]
impl<T: HasVerdict, E> HasVerdictBeside<E> for T {}

probe!(
    /// A result with a classified error and a value that has a verdict.
    OfVerdictOrFault -> Verdict
);
impl<T: HasVerdictBeside<E>, E: Fault> OfVerdictOrFault for &&&&&&&ValueProbe<'_, Result<T, E>> {
    fn verdict(&self) -> Verdict {
        match self.0 {
            Ok(value) => value.own_verdict(),
            Err(error) => Verdict::of_fault(&error.tag()),
        }
    }
}

probe!(
    /// A result with a classified error.
    OfFault -> Verdict
);
impl<T, E: Fault> OfFault for &&&&&&ValueProbe<'_, Result<T, E>> {
    fn verdict(&self) -> Verdict {
        match self.0 {
            Ok(_) => Verdict::OK,
            Err(error) => Verdict::of_fault(&error.tag()),
        }
    }
}

probe!(
    /// A result that becomes a response, with a value that has a verdict: the response classifies
    /// its error.
    OfVerdictOrResponse -> Verdict
);
#[cfg(feature = "axum")]
impl<T: HasVerdict, E> OfVerdictOrResponse for &&&&&ValueProbe<'_, Result<T, E>>
where
    Result<T, E>: IntoResponse,
{
    fn verdict(&self) -> Verdict {
        match self.0 {
            Ok(value) => value.own_verdict(),
            Err(_) => Verdict::RESPONDS,
        }
    }
}

probe!(
    /// A result that becomes a response, which classifies its error.
    OfResultOrResponse -> Verdict
);
#[cfg(feature = "axum")]
impl<T, E> OfResultOrResponse for &&&&ValueProbe<'_, Result<T, E>>
where
    Result<T, E>: IntoResponse,
{
    fn verdict(&self) -> Verdict {
        match self.0 {
            Ok(_) => Verdict::OK,
            Err(_) => Verdict::RESPONDS,
        }
    }
}

probe!(
    /// A future that was not awaited.
    OfFuture -> UnawaitedFuture
);
impl<F: Future> OfFuture for &&&ValueProbe<'_, F> {
    fn verdict(&self) -> UnawaitedFuture {
        UnawaitedFuture
    }
}

probe!(
    /// A result with an unclassified error, and a value that has a verdict.
    OfVerdictOrError -> Verdict
);
impl<T: HasVerdict, E> OfVerdictOrError for &&&ValueProbe<'_, Result<T, E>> {
    fn verdict(&self) -> Verdict {
        match self.0 {
            Ok(value) => value.own_verdict(),
            Err(_) => Verdict::UNCLASSIFIED,
        }
    }
}

probe!(
    /// A result with an unclassified error.
    OfResult -> Verdict
);
impl<T, E> OfResult for &&ValueProbe<'_, Result<T, E>> {
    fn verdict(&self) -> Verdict {
        match self.0 {
            Ok(_) => Verdict::OK,
            Err(_) => Verdict::UNCLASSIFIED,
        }
    }
}

probe!(
    /// A value that has a verdict.
    OfVerdict -> Verdict
);
impl<T: HasVerdict> OfVerdict for &&ValueProbe<'_, T> {
    fn verdict(&self) -> Verdict {
        self.0.own_verdict()
    }
}

probe!(
    /// A value that becomes a response, whose status decides.
    OfResponse -> Verdict
);
#[cfg(feature = "axum")]
impl<T: IntoResponse> OfResponse for &ValueProbe<'_, T> {
    fn verdict(&self) -> Verdict {
        Verdict { deferred: true, ..Verdict::OK }
    }
}

probe!(
    /// Any other value: nothing went wrong.
    OfAny -> Verdict
);
impl<T> OfAny for ValueProbe<'_, T> {
    fn verdict(&self) -> Verdict {
        Verdict::OK
    }
}
