//! Fields: what an observation captures, because its attribute says so.

use std::borrow::Cow;
use std::fmt::{Debug, Display};
use std::sync::Arc;

use crate::declare::Sensitive;

/// The captured value of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldValue {
    /// A truth value.
    Bool(bool),
    /// A whole number.
    I64(i64),
    /// A whole number that is not negative.
    U64(u64),
    /// A number.
    F64(f64),
    /// Text.
    Text(Box<str>),
    /// Nothing: an `Option` that was `None`.
    Empty,
}

impl FieldValue {
    /// Stands for a value that nobody may see.
    pub(crate) fn hidden() -> Self {
        Self::Text("[redacted]".into())
    }
}

/// A type whose values can be fields as they are.
pub trait Field {
    /// The value to capture.
    fn field(&self) -> FieldValue;
}

macro_rules! fields {
    ($($type:ty: $value:ident => $field:expr;)*) => {$(
        impl Field for $type {
            fn field(&self) -> FieldValue {
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
    u128: value => FieldValue::Text(value.to_string().into());
    i8: value => FieldValue::I64((*value).into());
    i16: value => FieldValue::I64((*value).into());
    i32: value => FieldValue::I64((*value).into());
    i64: value => FieldValue::I64(*value);
    isize: value => i64::try_from(*value).map_or(FieldValue::F64(f64::NAN), FieldValue::I64);
    i128: value => FieldValue::Text(value.to_string().into());
    f32: value => FieldValue::F64((*value).into());
    f64: value => FieldValue::F64(*value);
    char: value => FieldValue::Text(value.to_string().into());
    str: value => FieldValue::Text(value.into());
    String: value => FieldValue::Text(value.as_str().into());
    Cow<'_, str>: value => FieldValue::Text((&**value).into());
    http::StatusCode: value => FieldValue::U64(value.as_u16().into());
    http::Method: value => FieldValue::Text(value.as_str().into());
    std::time::Duration: value => FieldValue::F64(value.as_secs_f64());
}

impl<T: Field + ?Sized> Field for &T {
    fn field(&self) -> FieldValue {
        (**self).field()
    }
}

impl<T: Field + ?Sized> Field for &mut T {
    fn field(&self) -> FieldValue {
        (**self).field()
    }
}

impl<T: Field + ?Sized> Field for Box<T> {
    fn field(&self) -> FieldValue {
        (**self).field()
    }
}

impl<T: Field + ?Sized> Field for Arc<T> {
    fn field(&self) -> FieldValue {
        (**self).field()
    }
}

impl<T: Field> Field for Option<T> {
    fn field(&self) -> FieldValue {
        self.as_ref().map_or(FieldValue::Empty, Field::field)
    }
}

/// A value that an attribute names as a field, to be probed for whether it may be written.
#[derive(Debug)]
pub struct Named<'a, T: ?Sized>(pub &'a T);

/// A value that must not be written.
#[derive(Debug)]
pub struct Secret<T: ?Sized>(std::marker::PhantomData<T>);

/// A value of a type that is no field as it is.
#[derive(Debug)]
pub struct Unknown<T: ?Sized>(std::marker::PhantomData<T>);

/// Not [`Secret`].
#[diagnostic::on_unimplemented(
    message = "a value of the sensitive type `{T}` cannot be a field",
    label = "its type is marked `Sensitive`",
    note = "write `redacted(..)` to show only that it was there, or `hash(..)` to correlate equal values"
)]
pub trait Public<T: ?Sized> {}

/// Not [`Unknown`].
#[diagnostic::on_unimplemented(
    message = "a value of type `{T}` cannot be a field as it is",
    label = "not a number, truth value or text",
    note = "write `%` before it to use its `Display`, `?` to use its `Debug`"
)]
pub trait Known<T: ?Sized> {
    /// The captured value.
    fn value(self) -> FieldValue;
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> Public<T> for FieldValue {}
#[diagnostic::do_not_recommend]
impl<T: ?Sized> Public<T> for Unknown<T> {}
#[diagnostic::do_not_recommend]
impl<T: ?Sized> Known<T> for FieldValue {
    fn value(self) -> FieldValue {
        self
    }
}
#[diagnostic::do_not_recommend]
impl<T: ?Sized> Known<T> for Secret<T> {
    fn value(self) -> FieldValue {
        FieldValue::Empty
    }
}

/// What a probe of a value of type `T` found.
#[derive(Debug)]
pub struct Found<T: ?Sized, V>(V, std::marker::PhantomData<fn(&T)>);

impl<T: ?Sized, V> Found<T, V> {
    fn new(value: V) -> Self {
        Self(value, std::marker::PhantomData)
    }

    /// The captured value, unless it must not be written.
    pub(crate) fn value(self) -> FieldValue
    where
        V: Public<T> + Known<T>,
    {
        self.0.value()
    }
}

/// Implemented for no type: only an expression that is an error itself passes for one that has it.
pub trait NoType {}

/// The probes: sensitive types first, behind what is told by another error.
pub mod probes {
    use super::{
        Debug, Display, Field, FieldValue, Found, Named, NoType, Secret, Sensitive, Unknown,
    };
    use std::marker::PhantomData;

    /// A value whose expression is an error: that error is enough.
    pub trait OfError<T: ?Sized> {
        /// Nothing.
        fn plain(&self) -> Found<T, FieldValue> {
            Found::new(FieldValue::Empty)
        }
        /// Nothing.
        fn display(&self) -> Found<T, FieldValue> {
            Found::new(FieldValue::Empty)
        }
        /// Nothing.
        fn debug(&self) -> Found<T, FieldValue> {
            Found::new(FieldValue::Empty)
        }
    }
    impl<T: NoType + ?Sized> OfError<T> for &&&Named<'_, T> {}

    /// A sensitive value.
    pub trait OfSensitive<T: ?Sized> {
        /// Refused.
        fn plain(&self) -> Found<T, Secret<T>> {
            Found::new(Secret(PhantomData))
        }
        /// Refused.
        fn display(&self) -> Found<T, Secret<T>> {
            Found::new(Secret(PhantomData))
        }
        /// Refused.
        fn debug(&self) -> Found<T, Secret<T>> {
            Found::new(Secret(PhantomData))
        }
    }
    impl<T: Sensitive + ?Sized> OfSensitive<T> for &&Named<'_, T> {}

    /// A field as it is.
    pub trait OfField<T: ?Sized> {
        /// The value.
        fn plain(&self) -> Found<T, FieldValue>;
    }
    impl<T: Field + ?Sized> OfField<T> for &Named<'_, T> {
        fn plain(&self) -> Found<T, FieldValue> {
            Found::new(self.0.field())
        }
    }

    /// `%value`.
    pub trait OfDisplay<T: ?Sized> {
        /// The value's text.
        fn display(&self) -> Found<T, FieldValue>;
    }
    impl<T: Display + ?Sized> OfDisplay<T> for &Named<'_, T> {
        fn display(&self) -> Found<T, FieldValue> {
            Found::new(FieldValue::Text(self.0.to_string().into()))
        }
    }

    /// `?value`.
    pub trait OfDebug<T: ?Sized> {
        /// The value's debug text.
        fn debug(&self) -> Found<T, FieldValue>;
    }
    impl<T: Debug + ?Sized> OfDebug<T> for &Named<'_, T> {
        fn debug(&self) -> Found<T, FieldValue> {
            Found::new(FieldValue::Text(format!("{:?}", self.0).into()))
        }
    }

    /// Anything else.
    pub trait OfUnknown<T: ?Sized> {
        /// Refused.
        fn plain(&self) -> Found<T, Unknown<T>> {
            Found::new(Unknown(PhantomData))
        }
    }
    impl<T: ?Sized> OfUnknown<T> for Named<'_, T> {}
}

/// `redacted(value)`: that there was a value, and nothing of it.
pub fn redacted<T: ?Sized>(_: &T) -> Found<T, FieldValue> {
    Found::new(FieldValue::hidden())
}

/// `hash(value)`: sixteen hexadecimal digits that are equal for equal values.
///
/// SipHash-2-4 (<https://www.aumasson.jp/siphash/siphash.pdf>) under a key: `GOLDSIGNAL_HASH_KEY` where
/// it is set, so that replicas and restarts agree, else one made at random for this process.
pub fn hash<T: std::hash::Hash + ?Sized>(value: &T) -> Found<T, FieldValue> {
    use std::hash::Hasher;
    static KEY: std::sync::LazyLock<[u8; 16]> = std::sync::LazyLock::new(hash_key);
    let mut hasher = siphasher::sip::SipHasher24::new_with_key(&KEY);
    value.hash(&mut hasher);
    Found::new(FieldValue::Text(format!("{:016x}", hasher.finish()).into()))
}

fn hash_key() -> [u8; 16] {
    let Ok(text) = std::env::var("GOLDSIGNAL_HASH_KEY") else {
        return fastrand::u128(..).to_le_bytes();
    };
    // Two halves of the text's own hash: a key of any length is used in full.
    let half = |salt: u8| {
        use std::hash::Hasher;
        let mut hasher = siphasher::sip::SipHasher24::new_with_keys(salt.into(), 0);
        hasher.write(text.as_bytes());
        hasher.finish().to_le_bytes()
    };
    let mut key = [0; 16];
    key[..8].copy_from_slice(&half(0));
    key[8..].copy_from_slice(&half(1));
    key
}
