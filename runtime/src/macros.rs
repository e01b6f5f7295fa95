//! What expansions call where a function cannot stand: statics, and probes that need the value's own type.

/// The static site of a function, and its entry in the catalog.
#[doc(hidden)]
#[macro_export]
macro_rules! __site {
    ($operation:expr) => {{
        static SITE: $crate::__private::Site = $crate::__private::Site::new($operation);
        #[$crate::__private::linkme::distributed_slice($crate::__private::DECLARED)]
        #[linkme(crate = $crate::__private::linkme)]
        static DECLARED: $crate::__private::Declared =
            $crate::__private::Declared::Operation(SITE.operation());
        &SITE
    }};
}

/// An operation of the function that names it.
#[doc(hidden)]
#[macro_export]
macro_rules! __operation {
    ($name:expr) => {
        $crate::__private::Operation::new($name, $crate::__private::here!())
    };
}

/// The place of the attribute or macro that expands to this.
#[doc(hidden)]
#[macro_export]
macro_rules! __here {
    () => {
        $crate::__private::Place::new(::core::file!(), ::core::line!(), ::core::module_path!())
    };
}

/// A complete objective as a static.
#[doc(hidden)]
#[macro_export]
macro_rules! __slo {
    ($slo:expr) => {{
        const SLO: &$crate::__private::Slo = &$crate::__private::Slo::complete($slo);
        SLO
    }};
}

/// What a value says about how its function ended.
#[doc(hidden)]
#[macro_export]
macro_rules! __judge {
    ($value:expr) => {{
        #[allow(unused_imports)]
        use $crate::__private::verdict::probes::{
            OfAny as _, OfEnded as _, OfEndedOrError as _, OfEndedOrFault as _, OfFault as _,
            OfFuture as _, OfResponse as _, OfResult as _,
        };
        $crate::__private::verdict::conclude(
            (&&&&&&&&$crate::__private::verdict::Probe($value)).verdict(),
        )
    }};
}

/// The good part of a value.
#[doc(hidden)]
#[macro_export]
macro_rules! __ok {
    ($value:expr) => {{
        #[allow(unused_imports)]
        use $crate::__private::verdict::parts::{
            PartsOfAny as _, PartsOfOption as _, PartsOfResult as _,
        };
        (&&&$crate::__private::verdict::Probe($value)).ok()
    }};
}

/// The bad part of a value.
#[doc(hidden)]
#[macro_export]
macro_rules! __err {
    ($value:expr) => {{
        #[allow(unused_imports)]
        use $crate::__private::verdict::parts::PartsOfResult as _;
        (&&&$crate::__private::verdict::Probe($value)).err()
    }};
}

/// The ways in which a return type's error can go wrong.
#[doc(hidden)]
#[macro_export]
macro_rules! __faults {
    ($type:ty) => {{
        #[allow(unused_imports)]
        use $crate::__private::verdict::{
            Opaque as __GoldsignalOpaque,
            returns::{FaultsOfAny as _, FaultsOfResult as _},
        };
        (&&$crate::__private::verdict::Returns::<$type>::new()).faults()
    }};
}

/// The status of a return type's good end.
#[doc(hidden)]
#[macro_export]
macro_rules! __success {
    ($type:ty) => {{
        #[allow(unused_imports)]
        use $crate::__private::verdict::{
            Opaque as __GoldsignalOpaque,
            returns::{SuccessOfAny as _, SuccessOfResult as _, SuccessOfStatus as _},
        };
        (&&&$crate::__private::verdict::Returns::<$type>::new()).success()
    }};
}

/// A field as it is.
#[doc(hidden)]
#[macro_export]
macro_rules! __plain {
    ($value:expr) => {{
        #[allow(unused_imports)]
        use $crate::__private::fields::probes::{OfField as _, OfSensitive as _, OfUnknown as _};
        $crate::__private::fields::capture((&&&$crate::__private::fields::Named(&$value)).plain())
    }};
}

/// `%value`
#[doc(hidden)]
#[macro_export]
macro_rules! __display {
    ($value:expr) => {{
        #[allow(unused_imports)]
        use $crate::__private::fields::probes::{OfDisplay as _, OfSensitive as _};
        $crate::__private::fields::capture((&&&$crate::__private::fields::Named(&$value)).display())
    }};
}

/// `?value`
#[doc(hidden)]
#[macro_export]
macro_rules! __debug {
    ($value:expr) => {{
        #[allow(unused_imports)]
        use $crate::__private::fields::probes::{OfDebug as _, OfSensitive as _};
        $crate::__private::fields::capture((&&&$crate::__private::fields::Named(&$value)).debug())
    }};
}
