//! The probe that decides by a value's type whether an attribute may capture it as a field.

use std::fmt::{Debug, Display};

use crate::declare::Sensitive;
pub use crate::declare::field::Constant;
pub(crate) use crate::declare::field::{Boolean, Field, FieldValue, Number};

/// A value that an attribute captures as a field. Method resolution on it decides whether that is allowed.
#[derive(Debug)]
pub struct FieldProbe<'a, T: ?Sized>(pub &'a T);

/// The result for a value of a type that is [`Sensitive`].
#[derive(Debug)]
pub struct SensitiveField<T: ?Sized>(std::marker::PhantomData<T>);

/// The result for a value without `%` or `?` that is not a number, `bool` or text.
#[derive(Debug)]
pub struct UnsupportedField<T: ?Sized>(std::marker::PhantomData<T>);

/// The result for a value that may be a secret, since the field's name looks like that of one.
#[derive(Debug)]
pub struct SecretNamedField<T: ?Sized>(std::marker::PhantomData<T>);

/// Implemented for all results except [`SecretNamedField`].
#[diagnostic::on_unimplemented(
    message = "a value of type `{T}` cannot be a field whose name looks like a secret",
    label = "its name looks like a secret",
    note = "write `redacted(..)` to log only that it was present, `hash(..)` to correlate equal values, or `public(..)` if it is not a secret",
    note = "`bool` is allowed under such a name, and so are numbers, unless the secret itself may be a number, as a PIN"
)]
pub trait AllowedUnderSecretName<T: ?Sized> {}

/// Implemented for all results except [`SensitiveField`].
#[diagnostic::on_unimplemented(
    message = "a value of the sensitive type `{T}` cannot be a field",
    label = "its type is marked `Sensitive`",
    note = "write `redacted(..)` to log only that it was present, or `hash(..)` to correlate equal values"
)]
pub trait NotSensitive<T: ?Sized> {}

/// Implemented for all results except [`UnsupportedField`].
#[diagnostic::on_unimplemented(
    message = "a value of type `{T}` cannot be a field without `%` or `?`",
    label = "not a number, `bool` or text",
    note = "write `%` before it to capture its `Display` text, or `?` for its `Debug` text"
)]
pub trait SupportedField<T: ?Sized> {
    /// The captured value.
    fn value<'a>(self) -> FieldValue<'a>
    where
        Self: 'a;
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> AllowedUnderSecretName<T> for FieldValue<'_> {}
#[diagnostic::do_not_recommend]
impl<T: ?Sized> AllowedUnderSecretName<T> for SensitiveField<T> {}
#[diagnostic::do_not_recommend]
impl<T: ?Sized> AllowedUnderSecretName<T> for UnsupportedField<T> {}
#[diagnostic::do_not_recommend]
impl<T: ?Sized> NotSensitive<T> for SecretNamedField<T> {}
#[diagnostic::do_not_recommend]
impl<T: ?Sized> NotSensitive<T> for FieldValue<'_> {}
#[diagnostic::do_not_recommend]
impl<T: ?Sized> NotSensitive<T> for UnsupportedField<T> {}
#[diagnostic::do_not_recommend]
impl<T: ?Sized> SupportedField<T> for FieldValue<'_> {
    fn value<'a>(self) -> FieldValue<'a>
    where
        Self: 'a,
    {
        self
    }
}
#[diagnostic::do_not_recommend]
impl<T: ?Sized> SupportedField<T> for SensitiveField<T> {
    fn value<'a>(self) -> FieldValue<'a>
    where
        Self: 'a,
    {
        FieldValue::Empty
    }
}
#[diagnostic::do_not_recommend]
impl<T: ?Sized> SupportedField<T> for SecretNamedField<T> {
    fn value<'a>(self) -> FieldValue<'a>
    where
        Self: 'a,
    {
        FieldValue::Empty
    }
}

/// The result `V` of a probe of a value of type `T`.
#[derive(Debug)]
pub struct ProbedField<T: ?Sized, V>(V, std::marker::PhantomData<fn(&T)>);

impl<T: ?Sized, V> ProbedField<T, V> {
    pub(super) fn new(value: V) -> Self {
        Self(value, std::marker::PhantomData)
    }

    /// The captured value. This compiles only if the value may be captured.
    pub(crate) fn value<'a>(self) -> FieldValue<'a>
    where
        V: NotSensitive<T> + SupportedField<T> + AllowedUnderSecretName<T> + 'a,
    {
        self.0.value()
    }
}

/// Implemented for no type. Only the type of an expression with a compile error satisfies it.
pub(crate) trait NeverImplemented {}

/// The traits of [`FieldProbe`], in the order in which method resolution tries them: expressions with an error,
/// sensitive types, all others.
pub(crate) mod probes {
    use super::{
        Boolean, Debug, Display, Field, FieldProbe, FieldValue, NeverImplemented, Number,
        ProbedField, SecretNamedField, Sensitive, SensitiveField, UnsupportedField,
    };
    use std::marker::PhantomData;

    /// An expression with a compile error. The probe accepts it, so that the compiler reports no further error.
    pub trait OfError<T: ?Sized> {
        /// Nothing.
        fn plain(&self) -> ProbedField<T, FieldValue<'static>> {
            ProbedField::new(FieldValue::Empty)
        }
        /// Nothing.
        fn display(&self) -> ProbedField<T, FieldValue<'static>> {
            ProbedField::new(FieldValue::Empty)
        }
        /// Nothing.
        fn debug(&self) -> ProbedField<T, FieldValue<'static>> {
            ProbedField::new(FieldValue::Empty)
        }
        /// Nothing.
        fn number(&self) -> ProbedField<T, FieldValue<'static>> {
            ProbedField::new(FieldValue::Empty)
        }
        /// Nothing.
        fn boolean(&self) -> ProbedField<T, FieldValue<'static>> {
            ProbedField::new(FieldValue::Empty)
        }
    }
    impl<T: NeverImplemented + ?Sized> OfError<T> for &&&FieldProbe<'_, T> {}

    /// A sensitive value.
    pub trait OfSensitive<T: ?Sized> {
        /// Refused.
        fn plain(&self) -> ProbedField<T, SensitiveField<T>> {
            ProbedField::new(SensitiveField(PhantomData))
        }
        /// Refused.
        fn display(&self) -> ProbedField<T, SensitiveField<T>> {
            ProbedField::new(SensitiveField(PhantomData))
        }
        /// Refused.
        fn debug(&self) -> ProbedField<T, SensitiveField<T>> {
            ProbedField::new(SensitiveField(PhantomData))
        }
        /// Refused.
        fn number(&self) -> ProbedField<T, SensitiveField<T>> {
            ProbedField::new(SensitiveField(PhantomData))
        }
        /// Refused.
        fn boolean(&self) -> ProbedField<T, SensitiveField<T>> {
            ProbedField::new(SensitiveField(PhantomData))
        }
    }
    impl<T: Sensitive + ?Sized> OfSensitive<T> for &&FieldProbe<'_, T> {}

    /// A field without `%` or `?`.
    pub trait OfField<'a, T: ?Sized> {
        /// The value.
        fn plain(&self) -> ProbedField<T, FieldValue<'a>>;
    }
    impl<'a, T: Field + ?Sized> OfField<'a, T> for &FieldProbe<'a, T> {
        fn plain(&self) -> ProbedField<T, FieldValue<'a>> {
            ProbedField::new(self.0.field())
        }
    }

    /// A number, under a name that looks like a secret that is text.
    pub trait OfNumber<'a, T: ?Sized> {
        /// The value.
        fn number(&self) -> ProbedField<T, FieldValue<'a>>;
    }
    impl<'a, T: Number + ?Sized> OfNumber<'a, T> for &FieldProbe<'a, T> {
        fn number(&self) -> ProbedField<T, FieldValue<'a>> {
            ProbedField::new(self.0.field())
        }
    }

    /// A `bool`, under a name that looks like a secret that may be a number.
    pub trait OfBoolean<'a, T: ?Sized> {
        /// The value.
        fn boolean(&self) -> ProbedField<T, FieldValue<'a>>;
    }
    impl<'a, T: Boolean + ?Sized> OfBoolean<'a, T> for &FieldProbe<'a, T> {
        fn boolean(&self) -> ProbedField<T, FieldValue<'a>> {
            ProbedField::new(self.0.field())
        }
    }

    /// `%value`.
    pub trait OfDisplay<'n, T: ?Sized> {
        /// The value, captured by its `Display` text.
        fn display(&self) -> ProbedField<T, FieldValue<'n>>;
    }
    impl<'n, 'a, T: Display + ?Sized> OfDisplay<'n, T> for &'n FieldProbe<'a, T> {
        fn display(&self) -> ProbedField<T, FieldValue<'n>> {
            let probe: &'n FieldProbe<'a, T> = self;
            ProbedField::new(FieldValue::Display(&probe.0))
        }
    }

    /// `?value`.
    pub trait OfDebug<'n, T: ?Sized> {
        /// The value, captured by its `Debug` text.
        fn debug(&self) -> ProbedField<T, FieldValue<'n>>;
    }
    impl<'n, 'a, T: Debug + ?Sized> OfDebug<'n, T> for &'n FieldProbe<'a, T> {
        fn debug(&self) -> ProbedField<T, FieldValue<'n>> {
            let probe: &'n FieldProbe<'a, T> = self;
            ProbedField::new(FieldValue::Debug(&probe.0))
        }
    }

    /// Any other value.
    pub trait OfUnsupported<T: ?Sized> {
        /// Refused.
        fn plain(&self) -> ProbedField<T, UnsupportedField<T>> {
            ProbedField::new(UnsupportedField(PhantomData))
        }
        /// Refused.
        fn number(&self) -> ProbedField<T, SecretNamedField<T>> {
            ProbedField::new(SecretNamedField(PhantomData))
        }
        /// Refused.
        fn boolean(&self) -> ProbedField<T, SecretNamedField<T>> {
            ProbedField::new(SecretNamedField(PhantomData))
        }
    }
    impl<T: ?Sized> OfUnsupported<T> for FieldProbe<'_, T> {}
}

/// `redacted(value)`: captures only that there was a value.
pub fn redacted<T: ?Sized>(_: &T) -> ProbedField<T, FieldValue<'static>> {
    ProbedField::new(FieldValue::HIDDEN)
}
