//! The good or bad part of a value, for `ok(..)` and `err(..)`.

use super::{NoError, ValueProbe};
use std::marker::PhantomData;

/// A result.
pub trait OfResult<'a> {
    /// The good value.
    type Ok;
    /// The bad value.
    type Err;
    /// The good value, if it is one.
    fn ok(&self) -> Option<&'a Self::Ok>;
    /// The bad value, if it is one.
    fn err(&self) -> Option<&'a Self::Err>;
}
impl<'a, T, E> OfResult<'a> for &&ValueProbe<'a, Result<T, E>> {
    type Ok = T;
    type Err = E;
    fn ok(&self) -> Option<&'a T> {
        self.0.as_ref().ok()
    }
    fn err(&self) -> Option<&'a E> {
        self.0.as_ref().err()
    }
}

/// An option.
pub trait OfOption<'a> {
    /// The good value.
    type Ok;
    /// The value, if there is one.
    fn ok(&self) -> Option<&'a Self::Ok>;
}
impl<'a, T> OfOption<'a> for &ValueProbe<'a, Option<T>> {
    type Ok = T;
    fn ok(&self) -> Option<&'a T> {
        self.0.as_ref()
    }
}

/// Any other value.
pub trait OfAny<'a> {
    /// The value.
    type Ok;
    /// The value.
    fn ok(&self) -> Option<&'a Self::Ok>;
    /// There is none.
    fn err(&self) -> NoError<Self::Ok> {
        NoError(PhantomData)
    }
}
impl<'a, T> OfAny<'a> for ValueProbe<'a, T> {
    type Ok = T;
    fn ok(&self) -> Option<&'a T> {
        Some(self.0)
    }
}
