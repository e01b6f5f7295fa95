//! The probes of return types. All methods are called `ends`; method resolution chooses the first
//! that applies.

use super::{Fault, ReturnTypeProbe};
use crate::declare::Ends;

/// A type whose responses always have one status.
pub trait Status {
    /// The status.
    const STATUS: u16;
}

macro_rules! probe {
    ($(#[$meta:meta])* $trait:ident for $probe:ty, [$($generics:tt)*], $ends:expr) => {
        $(#[$meta])*
        pub trait $trait {
            /// The ends that calls can have.
            fn ends(&self) -> Ends;
        }
        impl<$($generics)*> $trait for $probe {
            fn ends(&self) -> Ends {
                $ends
            }
        }
    };
}

probe!(
    /// A result with a value of one status, and a classified error.
    OfStatusOrFault for &&&&ReturnTypeProbe<Result<T, E>>, [T: Status, E: Fault],
    Ends { faults: E::KINDS, success: Some(T::STATUS) }
);
probe!(
    /// A result with a classified error.
    OfFault for &&&ReturnTypeProbe<Result<T, E>>, [T, E: Fault], Ends { faults: E::KINDS, success: None }
);
probe!(
    /// A result with a value of one status.
    OfStatusOrError for &&ReturnTypeProbe<Result<T, E>>, [T: Status, E],
    Ends { faults: &[], success: Some(T::STATUS) }
);
probe!(
    /// A value of one status.
    OfStatus for &ReturnTypeProbe<T>, [T: Status], Ends { faults: &[], success: Some(T::STATUS) }
);
probe!(
    /// Any other type.
    OfAny for ReturnTypeProbe<T>, [T], Ends::default()
);
