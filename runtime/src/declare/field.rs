//! The values of captured fields.

use std::borrow::Cow;
use std::fmt::{Debug, Display};
use std::sync::Arc;

/// The value of a field.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum FieldValue<'a> {
    /// A truth value.
    Bool(bool),
    /// An integer.
    I64(i64),
    /// An integer that is not negative.
    U64(u64),
    /// A number that may have a fraction.
    F64(f64),
    /// Text.
    Text(&'a str),
    /// A value that is formatted by `Display`.
    Display(&'a dyn Display),
    /// A value that is formatted by `Debug`.
    Debug(&'a dyn Debug),
    /// The keyed hash of a value.
    Hash(u64),
    /// No value: an `Option` that is `None`.
    Empty,
}

impl FieldValue<'_> {
    /// The replacement of a redacted value.
    pub(crate) const HIDDEN: Self = Self::Text("[redacted]");
}

impl Debug for FieldValue<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bool(value) => Debug::fmt(value, f),
            Self::I64(value) => Debug::fmt(value, f),
            Self::U64(value) => Debug::fmt(value, f),
            Self::F64(value) => Debug::fmt(value, f),
            Self::Text(value) => Debug::fmt(value, f),
            Self::Display(value) => Display::fmt(value, f),
            Self::Debug(value) => Debug::fmt(value, f),
            Self::Hash(value) => write!(f, "{value:016x}"),
            Self::Empty => f.write_str("-"),
        }
    }
}

/// The value of a field that is a literal, and so the same in every call.
#[derive(Clone, Copy, Debug)]
pub enum Constant {
    /// A truth value.
    Bool(bool),
    /// An integer.
    I64(i64),
    /// An integer that is not negative.
    U64(u64),
    /// A number that may have a fraction.
    F64(f64),
    /// Text.
    Text(&'static str),
}

impl Constant {
    /// The value of the field.
    pub(crate) const fn value(self) -> FieldValue<'static> {
        match self {
            Self::Bool(value) => FieldValue::Bool(value),
            Self::I64(value) => FieldValue::I64(value),
            Self::U64(value) => FieldValue::U64(value),
            Self::F64(value) => FieldValue::F64(value),
            Self::Text(value) => FieldValue::Text(value),
        }
    }
}

/// The fields of an operation that are literals, with their names.
pub(crate) type Constants = &'static [(&'static str, Constant)];

/// A type whose values can be captured without a formatting option.
#[diagnostic::on_unimplemented(
    message = "a value of type `{Self}` cannot be recorded as a field",
    label = "not a number, `bool` or text",
    note = "record a part of it, or its text: `value.id`, `value.to_string()`"
)]
pub trait Field {
    /// The value to capture.
    fn field(&self) -> FieldValue<'_>;
}

macro_rules! fields {
    ($($type:ty: $value:ident => $field:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Field for $type {
            fn field(&self) -> FieldValue<'_> {
                let $value = self;
                $field
            }
        }
    )*};
}

fields! {
    bool: value => FieldValue::Bool(*value);
    u8: value => FieldValue::U64((*value).into());
    u16: value => FieldValue::U64((*value).into());
    u32: value => FieldValue::U64((*value).into());
    u64: value => FieldValue::U64(*value);
    usize: value => FieldValue::U64(u64::try_from(*value).unwrap_or(u64::MAX));
    u128: value => FieldValue::Display(value);
    i8: value => FieldValue::I64((*value).into());
    i16: value => FieldValue::I64((*value).into());
    i32: value => FieldValue::I64((*value).into());
    i64: value => FieldValue::I64(*value);
    isize: value => i64::try_from(*value).map_or(FieldValue::F64(f64::NAN), FieldValue::I64);
    i128: value => FieldValue::Display(value);
    f32: value => FieldValue::F64((*value).into());
    f64: value => FieldValue::F64(*value);
    char: value => FieldValue::Display(value);
    str: value => FieldValue::Text(value);
    String: value => FieldValue::Text(value.as_str());
    Cow<'_, str>: value => FieldValue::Text(value);
    std::time::Duration: value => FieldValue::F64(value.as_secs_f64());
}

#[cfg(feature = "http")]
fields! {
    http::StatusCode: value => FieldValue::U64(value.as_u16().into());
    http::Method: value => FieldValue::Text(value.as_str());
}

impl<T: Field + ?Sized> Field for &T {
    fn field(&self) -> FieldValue<'_> {
        (**self).field()
    }
}

impl<T: Field + ?Sized> Field for &mut T {
    fn field(&self) -> FieldValue<'_> {
        (**self).field()
    }
}

impl<T: Field + ?Sized> Field for Box<T> {
    fn field(&self) -> FieldValue<'_> {
        (**self).field()
    }
}

impl<T: Field + ?Sized> Field for Arc<T> {
    fn field(&self) -> FieldValue<'_> {
        (**self).field()
    }
}

impl<T: Field> Field for Option<T> {
    fn field(&self) -> FieldValue<'_> {
        self.as_ref().map_or(FieldValue::Empty, Field::field)
    }
}

/// A number or a truth value. Such values are accepted under names that look secret, unless the secret may be a number.
pub trait Number: Field {}

/// A truth value. Such values are accepted under all names.
pub trait Boolean: Number {}

macro_rules! numbers {
    ($($type:ty)*) => {$(
        impl Number for $type {}
    )*};
}

numbers! {
    bool u8 u16 u32 u64 usize u128 i8 i16 i32 i64 isize i128 f32 f64 std::time::Duration
}

macro_rules! numbers_behind {
    ($($pointer:ty)*) => {$(
        impl<T: Number> Number for $pointer {}
        impl<T: Boolean> Boolean for $pointer {}
    )*};
}

numbers_behind!(&T &mut T Box<T> Arc<T> Option<T>);

impl Boolean for bool {}
