//! The user's part of a wrapped future: until the first poll its arguments, then the future that is
//! made of them. Both are in the same place.
//!
//! An `async` block that binds its captures to variables stores each of them twice, as an `async fn`
//! does. So the block uses its captures as they are. It drops them in the order of their capture,
//! which is the reverse of the parameters'. Before the first poll an `async fn` drops its arguments
//! in the order of the parameters, as a tuple does.

use std::future::Future;
use std::pin::Pin;

pin_project_lite::pin_project! {
    #[project = Projected]
    #[project_replace = Replaced]
    #[derive(Debug)]
    pub(super) enum Stage<A, M, F> {
        // `make` has a method's receiver, which is the first parameter, and what has no destructor.
        Unmade { make: M, arguments: A },
        Made { #[pin] future: F },
        Dropped,
    }
}

impl<A, M, F: Future> Stage<A, M, F> {
    /// The future. The first call makes it.
    ///
    /// # Panics
    /// If the future was dropped.
    #[inline]
    pub(super) fn made(mut self: Pin<&mut Self>, make: impl FnOnce(M, A) -> F) -> Pin<&mut F> {
        if let Self::Unmade { .. } = *self {
            if let Replaced::Unmade { make: closure, arguments } =
                self.as_mut().project_replace(Self::Dropped)
            {
                self.set(Self::Made { future: make(closure, arguments) });
            }
        }
        match self.project() {
            Projected::Made { future } => future,
            _ => completed(),
        }
    }
}

#[cold]
#[inline(never)]
pub(super) fn completed() -> ! {
    panic!("`#[observed]` future polled after it completed");
}
