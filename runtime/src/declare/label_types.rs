//! Which types are accepted as labels: finite or budgeted ones, except sensitive ones.
//!
//! Rust has no negative bounds, so a [`SensitivityProbe`] finds out whether a type is [`Sensitive`]. Its constant
//! `CLASS` is [`IsSensitive`] for a sensitive type, as an inherent constant. For every other type it is
//! [`NotSensitive`], from the trait [`NotSensitiveByDefault`]: inherent constants take precedence over a trait's.

use std::marker::PhantomData;

use super::OTHER;
use super::label::Label;
use super::names::equal;
use super::sensitive::Sensitive;

/// Holds in its constant `CLASS` whether `T` is sensitive.
#[derive(Debug)]
pub struct SensitivityProbe<T: ?Sized>(PhantomData<T>);

/// The class of a type that is not sensitive.
#[derive(Clone, Copy, Debug)]
pub struct NotSensitive;

/// The class of a sensitive type.
#[derive(Clone, Copy, Debug)]
pub struct IsSensitive;

impl<T: Sensitive + ?Sized> SensitivityProbe<T> {
    /// Hides the constant of [`NotSensitiveByDefault`].
    pub const CLASS: IsSensitive = IsSensitive;
}

/// Gives every probe the class [`NotSensitive`].
pub trait NotSensitiveByDefault {
    /// The class.
    const CLASS: NotSensitive = NotSensitive;
}

impl<T: ?Sized> NotSensitiveByDefault for SensitivityProbe<T> {}

/// A class of types that can be labels with a finite set of values.
#[diagnostic::on_unimplemented(
    message = "`{T}` is sensitive: it cannot be a label",
    label = "sensitive",
    note = "labels are stored and shown in plain text; remove it, or log it as `redacted(..)` or `hash(..)`"
)]
pub trait AcceptsFinite<T> {
    /// The functions of `T` as a label.
    const LABEL: FiniteLabel<T>;
}

impl<T: Label> AcceptsFinite<T> for NotSensitive {
    const LABEL: FiniteLabel<T> = {
        check_values(T::VALUES);
        FiniteLabel { values: T::VALUES, index: T::index }
    };
}

/// Refuses values that an implementation of [`Label`] by hand may have.
const fn check_values(values: &[&str]) {
    assert!(!values.is_empty(), "a label needs at least one value");
    let mut i = 0;
    while i < values.len() {
        let value = values[i].as_bytes();
        assert!(!value.is_empty(), "a label's value cannot be empty: to Prometheus, it is missing");
        assert!(
            !equal(value, OTHER.as_bytes()),
            "the value `_OTHER` is reserved: labels with a budget count there what exceeds it; write `other`"
        );
        let mut j = 0;
        while j < i {
            assert!(!equal(value, values[j].as_bytes()), "a label has a value twice; remove one");
            j += 1;
        }
        i += 1;
    }
}

/// The items of `T`'s implementation of [`Label`], as values that are constant where expansions use them.
#[derive(Debug)]
pub struct FiniteLabel<T> {
    /// Its values.
    pub values: &'static [&'static str],
    /// Returns the index of a value.
    pub index: fn(&T) -> usize,
}

/// Accepts `T` as a label with a finite set of values, unless it is sensitive.
pub const fn finite_label<T, C: AcceptsFinite<T> + Copy>(_: C) -> FiniteLabel<T> {
    const { C::LABEL }
}

/// A class of types that can be labels with a budget.
#[diagnostic::on_unimplemented(
    message = "`{T}` is sensitive: it cannot be a label",
    label = "sensitive",
    note = "labels are stored and shown in plain text; remove it, or log it as `redacted(..)` or `hash(..)`"
)]
pub trait AcceptsBudgeted<T: ?Sized> {
    /// The text of `value`.
    fn text(value: &T) -> &str;
}

impl<T: LabelText + ?Sized> AcceptsBudgeted<T> for NotSensitive {
    fn text(value: &T) -> &str {
        value.label_text()
    }
}

/// Accepts `value` as a label with a budget, unless its type is sensitive, and returns its text.
#[inline]
pub fn budgeted_text<T: ?Sized, C: AcceptsBudgeted<T>>(_: C, value: &T) -> &str {
    C::text(value)
}

/// Text of a label: every type that is `AsRef<str>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a label with a budget: it is not text",
    label = "not text",
    note = "a label with a budget is `String`, `&str`, `Arc<str>` or another type that is `AsRef<str>`; \
            for a finite set of values use an enum with `#[derive(Label)]`, without a budget"
)]
pub trait LabelText {
    /// The text.
    fn label_text(&self) -> &str;
}

#[diagnostic::do_not_recommend]
impl<T: AsRef<str> + ?Sized> LabelText for T {
    fn label_text(&self) -> &str {
        self.as_ref()
    }
}
