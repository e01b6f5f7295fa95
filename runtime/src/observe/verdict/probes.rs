//! The probes of values. All methods are called `verdict`; method resolution chooses the first that
//! applies. Two probes have the same number of `&` if no type matches both.

use super::{Ended, Fault, Future, Probe, Unawaited, Verdict};
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

probe!(
    /// A result with a classified error and a value that has a verdict.
    OfEndedOrFault -> Verdict
);
impl<T: Ended, E: Fault> OfEndedOrFault for &&&&&&&Probe<'_, Result<T, E>> {
    fn verdict(&self) -> Verdict {
        match self.0 {
            Ok(value) => value.ended(),
            Err(error) => Verdict::of_fault(&error.tag()),
        }
    }
}

probe!(
    /// A result with a classified error.
    OfFault -> Verdict
);
impl<T, E: Fault> OfFault for &&&&&&Probe<'_, Result<T, E>> {
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
    OfEndedOrResponse -> Verdict
);
#[cfg(feature = "axum")]
impl<T: Ended, E> OfEndedOrResponse for &&&&&Probe<'_, Result<T, E>>
where
    Result<T, E>: IntoResponse,
{
    fn verdict(&self) -> Verdict {
        match self.0 {
            Ok(value) => value.ended(),
            Err(_) => Verdict::RESPONDS,
        }
    }
}

probe!(
    /// A result that becomes a response, which classifies its error.
    OfResultOrResponse -> Verdict
);
#[cfg(feature = "axum")]
impl<T, E> OfResultOrResponse for &&&&Probe<'_, Result<T, E>>
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
    OfFuture -> Unawaited
);
impl<F: Future> OfFuture for &&&Probe<'_, F> {
    fn verdict(&self) -> Unawaited {
        Unawaited
    }
}

probe!(
    /// A result with an unclassified error, and a value that has a verdict.
    OfEndedOrError -> Verdict
);
impl<T: Ended, E> OfEndedOrError for &&&Probe<'_, Result<T, E>> {
    fn verdict(&self) -> Verdict {
        match self.0 {
            Ok(value) => value.ended(),
            Err(_) => Verdict::UNCLASSIFIED,
        }
    }
}

probe!(
    /// A result with an unclassified error.
    OfResult -> Verdict
);
impl<T, E> OfResult for &&Probe<'_, Result<T, E>> {
    fn verdict(&self) -> Verdict {
        match self.0 {
            Ok(_) => Verdict::OK,
            Err(_) => Verdict::UNCLASSIFIED,
        }
    }
}

probe!(
    /// A value that has a verdict.
    OfEnded -> Verdict
);
impl<T: Ended> OfEnded for &&Probe<'_, T> {
    fn verdict(&self) -> Verdict {
        self.0.ended()
    }
}

probe!(
    /// A value that becomes a response, whose status decides.
    OfResponse -> Verdict
);
#[cfg(feature = "axum")]
impl<T: IntoResponse> OfResponse for &Probe<'_, T> {
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
