//! The probe that decides by a value's type whether an attribute may capture it as a field.

use std::fmt::{Debug, Display};

use crate::declare::Sensitive;
pub use crate::declare::field::Constant;
pub(crate) use crate::declare::field::{Boolean, Field, FieldValue, Number};
use crate::observe::current;

/// A value that an attribute captures as a field. Method resolution on it decides whether that is allowed.
#[derive(Debug)]
pub struct FieldProbe<'a, T: ?Sized>(pub &'a T);

/// The result of a probe of a value of type `T`: `V` is the captured value, or says why there is none.
#[derive(Debug)]
pub struct ProbedField<T: ?Sized, V>(V, std::marker::PhantomData<fn(&T)>);

impl<T: ?Sized, V> ProbedField<T, V> {
    pub(super) fn new(value: V) -> Self {
        Self(value, std::marker::PhantomData)
    }
}

impl<T: ?Sized, V: FieldResult> ProbedField<T, V> {
    /// The captured value.
    pub(crate) fn value<'a>(self) -> FieldValue<'a>
    where
        V: 'a,
    {
        self.0.value()
    }
}

/// What a probe returns: the value of a field, or a type that says why there is none.
pub trait FieldResult {
    /// The value. Code that has no value does not compile, so it is never asked for one.
    fn value<'a>(self) -> FieldValue<'a>
    where
        Self: 'a;
}

impl FieldResult for FieldValue<'_> {
    fn value<'a>(self) -> FieldValue<'a>
    where
        Self: 'a,
    {
        self
    }
}

/// Defines a trait with a message for the result that does not implement it.
///
/// Expansions call its function by the trait, `Trait::check(..)`: then the compiler reports the error at the value, and
/// names no function of ours.
macro_rules! check {
    ($(#[$meta:meta])* trait $check:ident refuses $refused:ident, accepts $($accepted:ident)*) => {
        $(#[$meta])*
        pub trait $check<T: ?Sized>: FieldResult + Sized {
            /// Returns the argument.
            #[inline(always)]
            fn check(probed: ProbedField<T, Self>) -> ProbedField<T, Self> {
                probed
            }

            /// Captures the field in the call that runs now.
            fn capture(name: &'static str, probed: ProbedField<T, Self>) {
                current::innermost(|call| call.capture(name, probed.value()));
            }
        }

        /// The result for a value that its check refuses.
        #[derive(Debug)]
        pub struct $refused;

        impl FieldResult for $refused {
            fn value<'a>(self) -> FieldValue<'a> {
                FieldValue::Empty
            }
        }

        #[diagnostic::do_not_recommend]
        impl<T: ?Sized> $check<T> for FieldValue<'_> {}
        $(
            #[diagnostic::do_not_recommend]
            impl<T: ?Sized> $check<T> for $accepted {}
        )*
    };
}

check! {
    /// Refuses values of sensitive types.
    #[diagnostic::on_unimplemented(
        message = "a value of the sensitive type `{T}` cannot be a field",
        label = "its type is marked `Sensitive`",
        note = "write `redacted(..)` to log only that it was present, or `hash(..)` to correlate equal values"
    )]
    trait InsensitiveField refuses SensitiveField,
    accepts OtherField FieldWithoutDisplay FieldWithoutDebug
}

check! {
    /// Refuses values that have neither `%` nor `?` and need one.
    #[diagnostic::on_unimplemented(
        message = "a value of type `{T}` cannot be a field without `%` or `?`",
        label = "not a number, `bool` or text",
        note = "write `%` before it to capture its `Display` text, or `?` for its `Debug` text"
    )]
    trait PlainField refuses OtherField, accepts SensitiveField
}

check! {
    /// Refuses values that may be secrets, by the names of their fields.
    #[diagnostic::on_unimplemented(
        message = "a value of type `{T}` cannot be a field whose name looks like a secret",
        label = "its name looks like a secret",
        note = "write `redacted(..)` to log only that it was present, `hash(..)` to correlate equal values, or `public(..)` if it is not a secret",
        note = "`bool` is allowed under such a name, and so are numbers, unless the secret itself may be a number, as a PIN"
    )]
    trait HarmlessField refuses SecretField, accepts
}

check! {
    /// Refuses values without `Display`.
    #[diagnostic::on_unimplemented(
        message = "`{T}` has no `Display`, which `%` captures",
        label = "no `Display`",
        note = "write `?` before it to capture its `Debug` text, or capture a part of it: `name = %value.part`"
    )]
    trait DisplayField refuses FieldWithoutDisplay, accepts SensitiveField
}

check! {
    /// Refuses values without `Debug`.
    #[diagnostic::on_unimplemented(
        message = "`{T}` has no `Debug`, which `?` captures",
        label = "no `Debug`",
        note = "add `#[derive(Debug)]` to it, or capture a part of it: `name = value.part`"
    )]
    trait DebugField refuses FieldWithoutDebug, accepts SensitiveField
}

check! {
    /// Refuses values without `Hash`.
    #[diagnostic::on_unimplemented(
        message = "`{T}` has no `Hash`, which `hash(..)` needs",
        label = "no `Hash`",
        note = "add `#[derive(Hash)]` to it, or hash a part of it: `name = hash(value.part)`"
    )]
    trait HashField refuses FieldWithoutHash, accepts
}

/// Implemented for no type. Only the type of an expression with a compile error satisfies it.
pub(crate) trait NeverImplemented {}

/// The traits of [`FieldProbe`], in the order in which method resolution tries them: expressions with an error,
/// sensitive types, all others.
pub(crate) mod probes {
    use super::{
        Boolean, Debug, Display, Field, FieldProbe, FieldValue, FieldWithoutDebug,
        FieldWithoutDisplay, FieldWithoutHash, NeverImplemented, Number, OtherField, ProbedField,
        SecretField, Sensitive, SensitiveField,
    };
    use crate::observe::hash::hash;
    use std::hash::Hash;

    /// A trait whose methods all return the same.
    macro_rules! probe {
        ($(#[$meta:meta])* $probe:ident: $($method:ident)* => $result:ty = $value:expr) => {
            $(#[$meta])*
            pub trait $probe<T: ?Sized> {
                $(
                    /// The same for each way to capture a value.
                    fn $method(&self) -> ProbedField<T, $result> {
                        ProbedField::new($value)
                    }
                )*
            }
        };
    }

    probe! {
        /// An expression with a compile error. The probe accepts it, so that the compiler reports no further error.
        OfError: plain display debug number boolean hashed => FieldValue<'static> = FieldValue::Empty
    }
    impl<T: NeverImplemented + ?Sized> OfError<T> for &&&FieldProbe<'_, T> {}

    probe! {
        /// A sensitive value. It can be hashed, and is no number.
        OfSensitive: plain display debug => SensitiveField = SensitiveField
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

    /// `hash(value)`.
    pub trait OfHash<T: ?Sized> {
        /// The hash of the value.
        fn hashed(&self) -> ProbedField<T, FieldValue<'static>>;
    }
    impl<T: Hash + ?Sized> OfHash<T> for &FieldProbe<'_, T> {
        fn hashed(&self) -> ProbedField<T, FieldValue<'static>> {
            hash(self.0)
        }
    }

    /// Any other value. It is refused.
    pub trait OfUnsupported<T: ?Sized> {
        /// Neither a number, `bool` nor text.
        fn plain(&self) -> ProbedField<T, OtherField> {
            ProbedField::new(OtherField)
        }
        /// No number.
        fn number(&self) -> ProbedField<T, SecretField> {
            ProbedField::new(SecretField)
        }
        /// No `bool`.
        fn boolean(&self) -> ProbedField<T, SecretField> {
            ProbedField::new(SecretField)
        }
        /// No `Display`.
        fn display(&self) -> ProbedField<T, FieldWithoutDisplay> {
            ProbedField::new(FieldWithoutDisplay)
        }
        /// No `Debug`.
        fn debug(&self) -> ProbedField<T, FieldWithoutDebug> {
            ProbedField::new(FieldWithoutDebug)
        }
        /// No `Hash`.
        fn hashed(&self) -> ProbedField<T, FieldWithoutHash> {
            ProbedField::new(FieldWithoutHash)
        }
    }
    impl<T: ?Sized> OfUnsupported<T> for FieldProbe<'_, T> {}
}

/// `redacted(value)`: captures only that there was a value.
pub fn redacted<T: ?Sized>(_: &T) -> ProbedField<T, FieldValue<'static>> {
    ProbedField::new(FieldValue::HIDDEN)
}
