//! The probes. All are called `verdict`; method resolution picks the first that applies. Two have the same number of
//! `&` where no type is both.

use super::{Ended, Fault, Future, Probe, Unawaited, Verdict};
#[cfg(feature = "axum")]
use axum::response::IntoResponse;

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
    /// A result whose error is classified and whose value knows how it ended.
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
    /// A result whose error is classified.
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
    /// A result that becomes a response, with a value that knows how it ended: the response of an error will tell.
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
    /// A result that becomes a response: that of an error will tell.
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
    /// A future that nobody awaited.
    OfFuture -> Unawaited
);
impl<F: Future> OfFuture for &&&Probe<'_, F> {
    fn verdict(&self) -> Unawaited {
        Unawaited
    }
}

probe!(
    /// A result with an error that is not classified, and a value that knows how it ended.
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
    /// A result with an error that is not classified.
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
