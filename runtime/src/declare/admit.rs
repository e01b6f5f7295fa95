//! Which types are admitted as labels: not those that are sensitive, whatever else they are.
//!
//! Rust has no "is not": a [`Probe`] finds out. Its constant `CLASS` is [`Marked`] for a sensitive type, as an
//! inherent constant, which comes before the [`Unmarked`] that [`Harmless`] gives to every type.

use std::marker::PhantomData;

use super::label::{Dimension, Label};
use super::sensitive::Sensitive;

/// Asks of `T` whether it is sensitive.
#[derive(Debug)]
pub struct Probe<T: ?Sized>(PhantomData<T>);

/// A type that is not sensitive.
#[derive(Clone, Copy, Debug)]
pub struct Unmarked;

/// A type that is.
#[derive(Clone, Copy, Debug)]
pub struct Marked;

impl<T: Sensitive + ?Sized> Probe<T> {
    /// Hides the constant of [`Harmless`].
    pub const CLASS: Marked = Marked;
}

/// What a probe answers of a type that is not sensitive.
pub trait Harmless {
    /// The class.
    const CLASS: Unmarked = Unmarked;
}

impl<T: ?Sized> Harmless for Probe<T> {}

/// A class of types that may be labels of a finite domain.
#[diagnostic::on_unimplemented(
    message = "`{T}` is sensitive: it cannot be a label",
    label = "sensitive",
    note = "labels are stored and shown in plain text; remove it, or log it as `redacted(..)` or `hash(..)`"
)]
pub trait Finite<T> {
    /// What the type knows of itself.
    const TYPED: Typed<T>;
}

impl<T: Label> Finite<T> for Unmarked {
    const TYPED: Typed<T> = Typed { values: T::VALUES, index: T::index };
}

/// What a type of finite domain knows of itself, as values: both are constant where expansions use them.
#[derive(Debug)]
pub struct Typed<T> {
    /// Its values.
    pub values: &'static [&'static str],
    /// The place of one of them.
    pub index: fn(&T) -> usize,
}

/// Admits `T` as a label of a finite domain.
pub const fn typed<T, C: Finite<T> + Copy>(_: C) -> Typed<T> {
    const { C::TYPED }
}

/// A class of types that may be labels with a budget.
#[diagnostic::on_unimplemented(
    message = "`{T}` is sensitive: it cannot be a label",
    label = "sensitive",
    note = "labels are stored and shown in plain text; remove it, or log it as `redacted(..)` or `hash(..)`"
)]
pub trait Budgeted<T: ?Sized> {
    /// The text.
    fn text(value: &T) -> &str;
}

impl<T: Text + ?Sized> Budgeted<T> for Unmarked {
    fn text(value: &T) -> &str {
        value.label_text()
    }
}

/// Admits `value` as a label with a budget.
#[inline]
pub fn text<T: ?Sized, C: Budgeted<T>>(_: C, value: &T) -> &str {
    C::text(value)
}

/// Text of a label: whatever is `AsRef<str>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a label with a budget: it is not text",
    label = "not text",
    note = "a label with a budget is `String`, `&str`, `Arc<str>` or another type that is `AsRef<str>`; \
            for a finite set of values use an enum with `#[derive(Label)]`, without a budget"
)]
pub trait Text {
    /// The text.
    fn label_text(&self) -> &str;
}

#[diagnostic::do_not_recommend]
impl<T: AsRef<str> + ?Sized> Text for T {
    fn label_text(&self) -> &str {
        self.as_ref()
    }
}

/// The number whose digits in the mixed radix of `dimensions` are `digits`, the first the most significant.
#[inline]
pub fn number<const N: usize>(dimensions: &[Dimension], digits: [usize; N]) -> usize {
    dimensions
        .iter()
        .zip(digits)
        .fold(0, |number, (dimension, digit)| number * dimension.domain.len() + digit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declare::Domain;

    #[test]
    fn numbers_are_mixed_radix() {
        let dimension = |values: usize| Dimension { name: "x", domain: Domain::Budget(values - 1) };
        assert_eq!(number(&[], []), 0);
        assert_eq!(number(&[dimension(3), dimension(5)], [2, 4]), 14);
        assert_eq!(number(&[dimension(3), dimension(5)], [1, 0]), 5);
    }
}
