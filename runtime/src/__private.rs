//! Everything that macro expansions use. It is not part of the public API, and changes without notice.

pub use self::refusals::*;
#[cfg(feature = "axum")]
pub use crate::axum::{
    handler::argument::{ArgumentProbe, require},
    handler::call::routed,
    handler::future::faulty,
};
pub use crate::declare::classify::{Kinds, NO_STATUS, Status, blame};
pub use crate::declare::label::{
    Dimension, Domain, Intern, Label, LabelSet, Labels, SeriesIndex, series,
};
pub use crate::declare::label_types::{
    LabelProbe, NoValuesByDefault, NotSensitiveByDefault, SensitivityProbe, probed_label,
};
pub use crate::declare::names::{ends_with, is_label_name, is_metric_name};
pub use crate::declare::{
    Blame, Descriptor, Fault, FaultKind, FaultTag, Kind, Level, Operation, Route, Slo,
    SourceLocation,
};
pub use crate::lifecycle::call::{Captures, begin, constants};
pub use crate::lifecycle::counted::{counted, increment};
pub use crate::observe::deferred::CountOn;
pub use crate::observe::fields::{Constant, FieldProbe, redacted};
pub use crate::observe::mount::{MountedOperation, RoutePrefix};
pub use crate::observe::site::{Routed, Site};
pub use crate::observe::verdict::ValueProbe;
pub use crate::record::{Counter, Gauge, Histogram};
pub use crate::{
    __ends as ends, __expansion as expansion, __linked as linked, __operation as operation,
    __route as route, __site as site, __source_location as source_location,
};
pub use core::convert::Infallible as Never;
pub use core::future::Future;
pub use core::primitive::{f64, str, u16, usize};
pub use goldsignal_macros::{expanded, observed_last};
pub use std::boxed::Box;
pub use std::fmt::Display;
pub use std::option::Option::{self, None, Some};
pub use std::sync::OnceLock;
#[cfg(feature = "axum")]
pub use {
    crate::axum::problem::{problem, problem_with_detail},
    axum::response::{IntoResponse, Response},
};

/// What the compiler names in its messages: traits that say why they refuse a value, and what they refuse.
///
/// The root exports this module, too: the compiler shortens a path to its last name only if it is not in a hidden module.
pub mod refusals {
    pub use super::{Amount, KeptArgument, SharedArgument};
    #[cfg(feature = "axum")]
    pub use crate::axum::{
        handler::argument::{Argument, LastArgument},
        handler::function::{Arguments, ExtractsFrom, HandlerOf, RoutedFunction},
        handler::future::{FaultyHandlerFuture, GenericHandlerFuture, HandlerFuture, Responds},
        routes::Mounting,
    };
    pub use crate::declare::Field;
    pub use crate::declare::classify::StatusValue;
    pub use crate::declare::label_types::{InsensitiveLabel, IsSensitive, LabelText, NotSensitive};
    pub use crate::observe::fields::{
        DebugField, DisplayField, FieldWithoutDebug, FieldWithoutDisplay, FieldWithoutHash,
        HarmlessField, HashField, InsensitiveField, OtherField, PlainField, SecretField,
        SensitiveField,
    };
    pub use crate::observe::verdict::{Fallible, IntoVerdict, NoError, UnawaitedFuture};
    pub use crate::record::metric::{
        CounterField, DerivedMetrics, GivenLabels, HashKey, MetricField, MetricLabels, NoLabels,
    };
    pub use crate::record::top::TopKey;
}

/// The default bucket boundaries, and the check of others.
pub mod buckets {
    pub use crate::declare::buckets::*;
}

/// The types of verdicts.
pub mod verdict {
    pub use crate::observe::verdict::*;
}

/// A value of any type, in code that never runs. It determines the output type of an `async` block.
pub fn never<T>() -> T {
    unreachable!("expansions call it behind `if false`")
}

/// Returns the closure, and determines that its future has the output `T`. The closure is the body of a function that
/// returns `impl Future<Output = T>`. Without this, nothing determines the type of `return` and `?` in an `async` block
/// there.
pub fn with_output<T, F: Future<Output = T>, M: FnOnce() -> F>(make: M) -> M {
    make
}

/// The type of an argument that is read after the call: one that is copied into the function, not moved.
#[diagnostic::on_unimplemented(
    message = "this argument is moved into the function, so `ok` and `err` cannot read it after the call",
    label = "a `{Self}`, which is moved",
    note = "capture it at entry: `fields(..)`, such as `fields(order_len = order.len())`"
)]
pub trait KeptArgument {
    /// Does nothing: the compiler checks the type.
    #[inline]
    fn check(&self) {}
}

#[diagnostic::do_not_recommend]
impl<T: Copy> KeptArgument for T {}

/// The type of an argument that an attribute takes by value, although the body uses it as well.
#[diagnostic::on_unimplemented(
    message = "the attribute moves this argument before the body uses it",
    label = "a `{Self}`, which is moved here",
    note = "borrow it, or take a copy: `.clone()`, `.iter()`, `.len()`; a label's enum can derive `Clone` and `Copy`"
)]
pub trait SharedArgument {
    /// Does nothing: the compiler checks the type.
    #[inline]
    fn check(&self) {}
}

#[diagnostic::do_not_recommend]
impl<T: Copy> SharedArgument for T {}

/// A type that `by` of an increment can have.
#[diagnostic::on_unimplemented(
    message = "a counter cannot be incremented by a `{Self}`",
    label = "not an amount",
    note = "an increment is a whole number that is not negative: `u8` to `u64`, `usize`"
)]
pub trait Amount {
    /// The amount.
    fn amount(self) -> u64;
}

macro_rules! amounts {
    ($($number:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Amount for $number {
            fn amount(self) -> u64 {
                self.into()
            }
        }
    )*};
}

amounts!(u8 u16 u32 u64);

#[diagnostic::do_not_recommend]
impl Amount for usize {
    fn amount(self) -> u64 {
        u64::try_from(self).unwrap_or(u64::MAX)
    }
}

/// The type of a literal without a suffix. A negative amount is refused, and counted in
/// `goldsignal_not_a_number_total`.
#[diagnostic::do_not_recommend]
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

/// The methods of [`ReturnTypeProbe`](verdict::ReturnTypeProbe), and the type that replaces parts of a return type that
/// a `static` cannot name.
pub mod return_type_probes {
    pub use crate::observe::verdict::returns::{
        OfAny as _, OfFault as _, OfStatus as _, OfStatusOrError as _, OfStatusOrFault as _,
    };
    pub use crate::observe::verdict::{Opaque as __Opaque, ReturnTypeProbe as __Returns};
}

/// The traits of [`ValueProbe`] and [`FieldProbe`], imported without names, so that they cannot collide with names in
/// the user's code. Only the probes implement them, so their methods do not collide with methods of the user's types.
pub mod probes {
    pub use super::probes_without_response::*;
    pub use crate::observe::verdict::probes::{
        OfResponse as _, OfResultOrResponse as _, OfVerdictOrResponse as _,
    };
}

/// The same as [`probes`] without those for `IntoResponse`, for a value that may contain references: axum implements
/// `IntoResponse` for some references, but only with the lifetime `'static`.
pub mod probes_without_response {
    pub use super::return_type_probes::*;
    /// Short names for what bodies contain most: an expansion is read by people, too, and is one line where it fits.
    pub use super::{
        DebugField as __Debug, DisplayField as __Display, FieldProbe as __Field,
        HarmlessField as __Harmless, HashField as __Hash, InsensitiveField as __Insensitive,
        PlainField as __Plain, ValueProbe as __Value,
    };
    #[cfg(feature = "axum")]
    pub use crate::axum::handler::argument::ReadsNoBody as _;
    pub use crate::observe::fields::probes::{
        OfBoolean as _, OfDebug as _, OfDisplay as _, OfError as _, OfField as _, OfHash as _,
        OfNumber as _, OfSensitive as _, OfUnsupported as _,
    };
    pub use crate::observe::verdict::causes::{
        OfError as _, OfLocal as _, OfNothing as _, OfOpaque as _, OfSensitive as _, OfText as _,
    };
    pub use crate::observe::verdict::parts::{OfAny as _, OfOption as _, OfResult as _};
    pub use crate::observe::verdict::probes::{
        OfAny as _, OfFault as _, OfFuture as _, OfResult as _, OfVerdict as _,
        OfVerdictOrError as _, OfVerdictOrFault as _,
    };
}
