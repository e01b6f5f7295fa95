//! What expansions call where a function cannot stand: statics, and probes of types.
//!
//! Probes of values stand in the expansions themselves, so that what they refuse is shown at the user's token.

/// The static site of a function, which the linker puts into the catalog: the statements of a block.
#[doc(hidden)]
#[macro_export]
macro_rules! __site {
    ($operation:expr) => {
        // Here, and not where `ends!` is: a block less in every expansion.
        use $crate::__private::returning::*;
        $crate::__private::linked!(site SITE = $crate::__private::Site::new($operation));
        &SITE
    };
}

/// The type by which `routes![]` finds a handler's route. It has the function's name: functions live in
/// another namespace.
#[doc(hidden)]
#[macro_export]
macro_rules! __routed {
    ($visibility:vis $name:ident, $operation:expr) => {
        #[doc(hidden)]
        $visibility enum $name {}
        impl $crate::__private::Routed for $name {
            fn site() -> &'static $crate::__private::Site {
                $crate::__private::site! { $operation }
            }
        }
    };
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
        $crate::__private::SourceLocation::here(::core::module_path!())
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

/// How calls can end, as far as a return type tells: in a site, where the probes' methods are in scope.
#[doc(hidden)]
#[macro_export]
macro_rules! __ends {
    ($type:ty) => {
        (&&&&&$crate::__private::verdict::Returns::<$type>::new()).ends()
    };
    // Names of the module come before the alias, which comes before generics of a block that the macro cannot see.
    ($type:ty, unless $name:ident) => {{
        type $name = $crate::__private::verdict::Opaque;
        {
            use self::*;
            $crate::__private::ends!($type)
        }
    }};
}
