//! Which types are accepted as labels: finite or budgeted ones, except sensitive ones.
//!
//! An expansion passes each value through [`InsensitiveLabel`], and then to [`Label`] or [`LabelText`]. It calls their
//! functions by the trait, so that the compiler reports an error at the field's type and names no function of ours. The
//! values of a label are read from a [`LabelProbe`], which has none for a type that is no label.
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

/// A value and the class of its type.
#[derive(Debug)]
pub struct ProbedLabel<'a, T: ?Sized, C>(&'a T, PhantomData<C>);

/// The value with the class of its type.
#[inline]
pub const fn probed_label<T: ?Sized, C: Copy>(_: C, value: &T) -> ProbedLabel<'_, T, C> {
    ProbedLabel(value, PhantomData)
}

/// A class of types that can be labels: all but the sensitive ones.
#[diagnostic::on_unimplemented(
    message = "`{T}` is sensitive: it cannot be a label",
    label = "sensitive",
    note = "labels are stored and shown in plain text; remove it, or log it as `redacted(..)` or `hash(..)`"
)]
pub trait InsensitiveLabel<T: ?Sized>: Sized {
    /// The type. For another class there is none, so that the compiler does not check it any further.
    type Value: ?Sized;

    /// The value.
    fn value(label: ProbedLabel<'_, T, Self>) -> &Self::Value;
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> InsensitiveLabel<T> for NotSensitive {
    type Value = T;

    #[inline]
    fn value(label: ProbedLabel<'_, T, Self>) -> &T {
        label.0
    }
}

/// Holds in its constant `VALUES` the values of `T`, if it is a label.
#[derive(Debug)]
pub struct LabelProbe<T>(PhantomData<T>);

impl<T: Label> LabelProbe<T> {
    /// Hides the constant of [`NoValuesByDefault`].
    pub const VALUES: &'static [&'static str] = {
        check_values(T::VALUES);
        T::VALUES
    };
}

/// Gives the probe of a type that is no label no values.
pub trait NoValuesByDefault {
    /// There are none.
    const VALUES: &'static [&'static str] = &[];
}

impl<T> NoValuesByDefault for LabelProbe<T> {}

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
