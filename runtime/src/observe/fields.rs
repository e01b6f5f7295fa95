//! Which values an attribute may name as fields: probes that find out by a value's type.

use std::fmt::{Debug, Display};

use crate::declare::Sensitive;
pub use crate::declare::field::{Field, FieldValue, Number, Truth};

/// A value that an attribute names as a field, to be probed for whether it may be written.
#[derive(Debug)]
pub struct Named<'a, T: ?Sized>(pub &'a T);

/// A value that must not be written.
#[derive(Debug)]
pub struct Secret<T: ?Sized>(std::marker::PhantomData<T>);

/// A value of a type that is no field as it is.
#[derive(Debug)]
pub struct Unknown<T: ?Sized>(std::marker::PhantomData<T>);

/// A value that may be a secret, since its name looks so.
#[derive(Debug)]
pub struct Suspect<T: ?Sized>(std::marker::PhantomData<T>);

/// Not [`Suspect`].
#[diagnostic::on_unimplemented(
    message = "a value of type `{T}` cannot be a field whose name looks secret",
    label = "its name looks secret",
    note = "write `redacted(..)` to show only that it was there, `hash(..)` to correlate equal values, or `public(..)` if it is no secret",
    note = "truth values pass as they are, and so do numbers, unless the secret itself may be one, as a PIN"
)]
pub trait Harmless<T: ?Sized> {}

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
    fn value<'a>(self) -> FieldValue<'a>
    where
        Self: 'a;
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> Harmless<T> for FieldValue<'_> {}
#[diagnostic::do_not_recommend]
impl<T: ?Sized> Harmless<T> for Secret<T> {}
#[diagnostic::do_not_recommend]
impl<T: ?Sized> Harmless<T> for Unknown<T> {}
#[diagnostic::do_not_recommend]
impl<T: ?Sized> Public<T> for Suspect<T> {}
#[diagnostic::do_not_recommend]
impl<T: ?Sized> Public<T> for FieldValue<'_> {}
#[diagnostic::do_not_recommend]
impl<T: ?Sized> Public<T> for Unknown<T> {}
#[diagnostic::do_not_recommend]
impl<T: ?Sized> Known<T> for FieldValue<'_> {
    fn value<'a>(self) -> FieldValue<'a>
    where
        Self: 'a,
    {
        self
    }
}
#[diagnostic::do_not_recommend]
impl<T: ?Sized> Known<T> for Secret<T> {
    fn value<'a>(self) -> FieldValue<'a>
    where
        Self: 'a,
    {
        FieldValue::Empty
    }
}
#[diagnostic::do_not_recommend]
impl<T: ?Sized> Known<T> for Suspect<T> {
    fn value<'a>(self) -> FieldValue<'a>
    where
        Self: 'a,
    {
        FieldValue::Empty
    }
}

/// What a probe of a value of type `T` found.
#[derive(Debug)]
pub struct Found<T: ?Sized, V>(V, std::marker::PhantomData<fn(&T)>);

impl<T: ?Sized, V> Found<T, V> {
    pub(super) fn new(value: V) -> Self {
        Self(value, std::marker::PhantomData)
    }

    /// The captured value, unless it must not be written.
    pub(crate) fn value<'a>(self) -> FieldValue<'a>
    where
        V: Public<T> + Known<T> + Harmless<T> + 'a,
    {
        self.0.value()
    }
}

/// Implemented for no type: only an expression that is an error itself passes for one that has it.
pub trait NoType {}

/// The probes: sensitive types first, behind what is told by another error.
pub mod probes {
    use super::{
        Debug, Display, Field, FieldValue, Found, Named, NoType, Number, Secret, Sensitive,
        Suspect, Truth, Unknown,
    };
    use std::marker::PhantomData;

    /// A value whose expression is an error: that error is enough.
    pub trait OfError<T: ?Sized> {
        /// Nothing.
        fn plain(&self) -> Found<T, FieldValue<'static>> {
            Found::new(FieldValue::Empty)
        }
        /// Nothing.
        fn display(&self) -> Found<T, FieldValue<'static>> {
            Found::new(FieldValue::Empty)
        }
        /// Nothing.
        fn debug(&self) -> Found<T, FieldValue<'static>> {
            Found::new(FieldValue::Empty)
        }
        /// Nothing.
        fn number(&self) -> Found<T, FieldValue<'static>> {
            Found::new(FieldValue::Empty)
        }
        /// Nothing.
        fn truth(&self) -> Found<T, FieldValue<'static>> {
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
        /// Refused.
        fn number(&self) -> Found<T, Secret<T>> {
            Found::new(Secret(PhantomData))
        }
        /// Refused.
        fn truth(&self) -> Found<T, Secret<T>> {
            Found::new(Secret(PhantomData))
        }
    }
    impl<T: Sensitive + ?Sized> OfSensitive<T> for &&Named<'_, T> {}

    /// A field as it is.
    pub trait OfField<'a, T: ?Sized> {
        /// The value.
        fn plain(&self) -> Found<T, FieldValue<'a>>;
    }
    impl<'a, T: Field + ?Sized> OfField<'a, T> for &Named<'a, T> {
        fn plain(&self) -> Found<T, FieldValue<'a>> {
            Found::new(self.0.field())
        }
    }

    /// A number whose name looks like that of a secret that is text.
    pub trait OfNumber<'a, T: ?Sized> {
        /// The value.
        fn number(&self) -> Found<T, FieldValue<'a>>;
    }
    impl<'a, T: Number + ?Sized> OfNumber<'a, T> for &Named<'a, T> {
        fn number(&self) -> Found<T, FieldValue<'a>> {
            Found::new(self.0.field())
        }
    }

    /// A truth value whose name looks like that of a secret that may be a number.
    pub trait OfTruth<'a, T: ?Sized> {
        /// The value.
        fn truth(&self) -> Found<T, FieldValue<'a>>;
    }
    impl<'a, T: Truth + ?Sized> OfTruth<'a, T> for &Named<'a, T> {
        fn truth(&self) -> Found<T, FieldValue<'a>> {
            Found::new(self.0.field())
        }
    }

    /// `%value`.
    pub trait OfDisplay<'n, T: ?Sized> {
        /// The value, for its text.
        fn display(&self) -> Found<T, FieldValue<'n>>;
    }
    impl<'n, 'a, T: Display + ?Sized> OfDisplay<'n, T> for &'n Named<'a, T> {
        fn display(&self) -> Found<T, FieldValue<'n>> {
            let named: &'n Named<'a, T> = self;
            Found::new(FieldValue::Display(&named.0))
        }
    }

    /// `?value`.
    pub trait OfDebug<'n, T: ?Sized> {
        /// The value, for its debug text.
        fn debug(&self) -> Found<T, FieldValue<'n>>;
    }
    impl<'n, 'a, T: Debug + ?Sized> OfDebug<'n, T> for &'n Named<'a, T> {
        fn debug(&self) -> Found<T, FieldValue<'n>> {
            let named: &'n Named<'a, T> = self;
            Found::new(FieldValue::Debug(&named.0))
        }
    }

    /// Anything else.
    pub trait OfUnknown<T: ?Sized> {
        /// Refused.
        fn plain(&self) -> Found<T, Unknown<T>> {
            Found::new(Unknown(PhantomData))
        }
        /// Refused.
        fn number(&self) -> Found<T, Suspect<T>> {
            Found::new(Suspect(PhantomData))
        }
        /// Refused.
        fn truth(&self) -> Found<T, Suspect<T>> {
            Found::new(Suspect(PhantomData))
        }
    }
    impl<T: ?Sized> OfUnknown<T> for Named<'_, T> {}
}

/// `redacted(value)`: that there was a value, and nothing of it.
pub fn redacted<T: ?Sized>(_: &T) -> Found<T, FieldValue<'static>> {
    Found::new(FieldValue::HIDDEN)
}
