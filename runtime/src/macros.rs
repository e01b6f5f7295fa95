//! The macros that expansions call where a function is not possible: for statics, and for probes of types.
//!
//! Probes of values are written in the expansions themselves, so that the compiler reports their errors at the user's
//! tokens.

/// The statements of a block that declares the static site of a function and evaluates to it. The linker puts the site
/// into the catalog.
#[doc(hidden)]
#[macro_export]
macro_rules! __site {
    ($operation:expr) => {
        // The import is here and not in `ends!`, because this saves a block in every expansion.
        use $crate::__private::return_type_probes::*;
        $crate::__private::linked!(site SITE = $crate::__private::Site::new($operation));
        &SITE
    };
}

/// The type in which `routes![]` finds a handler's route, by the future that the handler returns.
#[doc(hidden)]
#[macro_export]
macro_rules! __route {
    ($visibility:vis $name:ident, $operation:expr) => {
        $visibility struct $name;
        impl $crate::__private::Routed for $name {
            fn site() -> &'static $crate::__private::Site {
                $crate::__private::site! { $operation }
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
        $crate::__private::operation!(::core::concat!(::core::module_path!(), $tail))
    };
    ($name:expr) => {
        $crate::__private::Operation::new($name, $crate::__private::source_location!())
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
        (&&&&&$crate::__private::verdict::ReturnTypeProbe::<$type>::new()).ends()
    };
    // A type in the module shadows the alias, and the alias shadows a generic of a block that the macro cannot see.
    ($type:ty, unless $name:ident) => {{
        type $name = $crate::__private::verdict::Opaque;
        {
            use self::*;
            $crate::__private::ends!($type)
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
