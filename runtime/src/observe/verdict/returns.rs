//! The probes of return types. All are called `ends`; method resolution picks the first that applies.

use super::{Fault, Returns};
use crate::declare::Ends;

/// A type that always answers with one status.
pub trait Status {
    /// The status.
    const STATUS: u16;
}

macro_rules! probe {
    ($(#[$meta:meta])* $trait:ident for $probe:ty, [$($generics:tt)*], $ends:expr) => {
        $(#[$meta])*
        pub trait $trait {
            /// How calls can end.
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
    /// A result with a value of one status, whose error is classified.
    OfStatusOrFault for &&&&Returns<Result<T, E>>, [T: Status, E: Fault],
    Ends { faults: E::KINDS, success: Some(T::STATUS) }
);
probe!(
    /// A result whose error is classified.
    OfFault for &&&Returns<Result<T, E>>, [T, E: Fault], Ends { faults: E::KINDS, success: None }
);
probe!(
    /// A result with a value of one status.
    OfStatusOrError for &&Returns<Result<T, E>>, [T: Status, E],
    Ends { faults: &[], success: Some(T::STATUS) }
);
probe!(
    /// A value of one status.
    OfStatus for &Returns<T>, [T: Status], Ends { faults: &[], success: Some(T::STATUS) }
);
probe!(
    /// Any other type.
    OfAny for Returns<T>, [T], Ends::default()
);
