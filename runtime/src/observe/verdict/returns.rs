//! The probes of return types.

use super::{Fault, FaultKind, Returns};

/// A result whose error is classified.
pub trait FaultsOfResult {
    /// The ways in which the error can go wrong.
    fn faults(&self) -> &'static [FaultKind];
}
impl<T, E: Fault> FaultsOfResult for &Returns<Result<T, E>> {
    fn faults(&self) -> &'static [FaultKind] {
        E::KINDS
    }
}

/// Any other type.
pub trait FaultsOfAny {
    /// None are known.
    fn faults(&self) -> &'static [FaultKind];
}
impl<T> FaultsOfAny for Returns<T> {
    fn faults(&self) -> &'static [FaultKind] {
        &[]
    }
}

/// A type that always answers with one status.
pub trait Status {
    /// The status.
    const STATUS: u16;
}

/// A result with a value of one status.
pub trait SuccessOfResult {
    /// The status of a good end.
    fn success(&self) -> Option<u16>;
}
impl<T: Status, E> SuccessOfResult for &&Returns<Result<T, E>> {
    fn success(&self) -> Option<u16> {
        Some(T::STATUS)
    }
}

/// A value of one status.
pub trait SuccessOfStatus {
    /// The status of a good end.
    fn success(&self) -> Option<u16>;
}
impl<T: Status> SuccessOfStatus for &Returns<T> {
    fn success(&self) -> Option<u16> {
        Some(T::STATUS)
    }
}

/// Any other value.
pub trait SuccessOfAny {
    /// Not known.
    fn success(&self) -> Option<u16>;
}
impl<T> SuccessOfAny for Returns<T> {
    fn success(&self) -> Option<u16> {
        None
    }
}
