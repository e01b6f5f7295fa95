//! The macros that expansions call where a function is not possible: for statics, and for probes of types.
//!
//! Probes of values are written in the expansions themselves, so that the compiler reports their errors at the user's
//! tokens.

/// The static site of a function, `GOLDSIGNAL_SITE`. The linker puts it into the catalog. Like the other macros for the bodies of
/// functions, it takes `__gs` and the probes from the import there: short paths leave more of an expansion on one line.
#[doc(hidden)]
#[macro_export]
macro_rules! __site {
    ($operation:expr) => {
        $crate::__linked! { "sites", static GOLDSIGNAL_SITE: __gs::Site = __gs::Site::new($operation); }
    };
}

/// The type in which `routes![]` finds a handler's route, by the future that the handler returns.
#[doc(hidden)]
#[macro_export]
macro_rules! __route {
    ($name:ident, $operation:expr) => {
        struct $name;
        impl __gs::Routed for $name {
            fn site() -> &'static __gs::Site {
                $crate::__site! { $operation }
                &GOLDSIGNAL_SITE
            }
        }
    };
    // Outside of the function, where nothing is imported.
    (beside $visibility:vis $name:ident, $operation:expr) => {
        $visibility struct $name;
        impl $crate::__private::Routed for $name {
            fn site() -> &'static $crate::__private::Site {
                use $crate::__private::{self as __gs, return_type_probes::*};
                $crate::__site! { $operation }
                &GOLDSIGNAL_SITE
            }
        }
    };
}

/// The operation of an annotated function.
#[doc(hidden)]
#[macro_export]
macro_rules! __operation {
    // The name of an operation that has none of its own: the module and what follows it.
    (module $tail:literal) => {
        $crate::__operation!(::core::concat!(::core::module_path!(), $tail))
    };
    ($name:expr) => {
        __gs::Operation::here($name, ::core::module_path!())
    };
}

/// The source location of the attribute or macro whose expansion contains this.
#[doc(hidden)]
#[macro_export]
macro_rules! __source_location {
    () => {
        $crate::__private::SourceLocation::here(::core::module_path!())
    };
}

/// How calls can end, by the return type. The methods of the probe must be in scope.
#[doc(hidden)]
#[macro_export]
macro_rules! __ends {
    ($type:ty) => {
        (&&&&&__Returns::<$type>::new()).ends()
    };
    // A type in the module shadows the alias, and the alias shadows a generic of a block that the macro cannot see.
    ($type:ty, unless $name:ident) => {{
        type $name = __Opaque;
        {
            use self::*;
            $crate::__ends!($type)
        }
    }};
}

/// The tokens. An expansion writes this at the path that the user gives by `crate = path`.
#[doc(hidden)]
#[macro_export]
macro_rules! __expansion {
    ($($token:tt)*) => {
        $($token)*
    };
}
