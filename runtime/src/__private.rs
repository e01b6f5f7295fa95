//! The only door for expansions. Nothing here is for people: it changes without notice.

#[cfg(feature = "axum")]
pub use crate::axum::routes::Mounting;
pub use crate::declare::admit::{Harmless, Probe, number, text, typed};
pub use crate::declare::buckets;
pub use crate::declare::classify::{Kinds, Status, blame, status};
pub use crate::declare::label::{Dimension, Domain, Intern, Label, LabelSet, Labels, series};
pub use crate::declare::names::{ends_with, is_label_name, is_metric_name};
pub use crate::declare::{
    Blame, Descriptor, Fault, FaultKind, FaultTag, Kind, Level, Operation, Route, Slo,
    SourceLocation,
};
pub use crate::lifecycle::call::{Captures, begin, begin_routed, entered, judged};
pub use crate::lifecycle::counted::increment;
pub use crate::observe::deferred::On;
pub use crate::observe::fields::{Named, redacted};
pub use crate::observe::hash::hash;
pub use crate::observe::mount::{Mount, Prefix};
pub use crate::observe::site::{Routed, Site};
pub use crate::observe::verdict;
pub use crate::observe::verdict::{Probe as Returned, bad, conclude};
pub use crate::record::metric::Metric;
pub use crate::record::{Counter, Gauge, Histogram};
pub use crate::{
    __ends as ends, __here as here, __linked as linked, __operation as operation,
    __routed as routed, __site as site, __slo as slo,
};
pub use core::convert::Infallible as Never;
pub use core::future::Future;
pub use core::primitive::{str, u16, usize};
pub use std::boxed::Box;
pub use std::fmt::Display;
pub use std::option::Option::{self, None, Some};
pub use std::sync::OnceLock;
#[cfg(feature = "axum")]
pub use {
    crate::axum::problem::{problem, problem_with_detail},
    axum::response::{IntoResponse, Response},
};

/// A value of any type, never made: gives an `async` block the type of what it returns.
pub fn never<T>() -> T {
    unreachable!("stands behind `if false`")
}

/// A closure that makes a future of `T`: the body of a function that returns `impl Future<Output = T>`, in
/// which otherwise nothing says what the future's own `return`s and `?` give.
pub fn making<T, F: Future<Output = T>, M: FnOnce() -> F>(make: M) -> M {
    make
}

/// The amount of an increment.
pub fn amount(by: impl Amount) -> u64 {
    by.amount()
}

/// What an increment can be `by`.
#[diagnostic::on_unimplemented(
    message = "a counter cannot grow by a `{Self}`",
    note = "counters grow by whole numbers that are not negative: `u8` to `u64`, `usize`"
)]
pub trait Amount {
    /// The amount.
    fn amount(self) -> u64;
}

macro_rules! amounts {
    ($($number:ty)*) => {$(
        impl Amount for $number {
            fn amount(self) -> u64 {
                self.into()
            }
        }
    )*};
}

amounts!(u8 u16 u32 u64);

impl Amount for usize {
    fn amount(self) -> u64 {
        u64::try_from(self).unwrap_or(u64::MAX)
    }
}

/// A literal without a type is an `i32` unless something else is asked for. A negative amount is refused, which
/// `goldsignal_not_a_number_total` counts.
impl Amount for i32 {
    #[inline]
    fn amount(self) -> u64 {
        u64::try_from(self).unwrap_or_else(|_| refused())
    }
}

#[cold]
fn refused() -> u64 {
    crate::record::ambient::with(crate::record::store::Store::refuse);
    0
}

/// The methods of the probes of return types, and what stands for what a static cannot name in one.
pub mod returning {
    pub use crate::observe::verdict::Opaque as __GoldsignalOpaque;
    pub use crate::observe::verdict::returns::{
        OfAny as _, OfFault as _, OfStatus as _, OfStatusOrError as _, OfStatusOrFault as _,
    };
}

/// The probes' methods, without their traits' names: nothing of the user's code can see them, or meet them
/// on a type of its own.
pub mod probing {
    pub use super::probing_borrowed::*;
    pub use crate::observe::verdict::probes::{
        OfEndedOrResponse as _, OfResponse as _, OfResultOrResponse as _,
    };
}

/// As [`probing`], for a value that may hold references: only one that does not becomes a response.
pub mod probing_borrowed {
    pub use crate::observe::deferred::On;
    pub use crate::observe::fields::probes::{
        OfDebug as _, OfDisplay as _, OfError as _, OfField as _, OfNumber as _, OfSensitive as _,
        OfTruth as _, OfUnknown as _,
    };
    pub use crate::observe::verdict::causes::{
        OfError as _, OfLocal as _, OfNothing as _, OfOpaque as _, OfSensitive as _, OfText as _,
    };
    pub use crate::observe::verdict::parts::{OfAny as _, OfOption as _, OfResult as _};
    pub use crate::observe::verdict::probes::{
        OfAny as _, OfEnded as _, OfEndedOrError as _, OfEndedOrFault as _, OfFault as _,
        OfFuture as _, OfResult as _,
    };
}
