//! An option that may be given once.

use proc_macro2::Ident;

use crate::diagnostics::Errors;

/// The value of an option with the key that it was written under.
#[derive(Clone, Debug)]
pub(crate) struct Once<T>(Option<(Ident, T)>);

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Once<T> {
    /// Takes the option's value; a second one is a fault, and the first stays.
    pub(crate) fn set(&mut self, key: Ident, value: T, errors: &mut Errors) {
        if self.0.is_some() {
            errors.add(&key, format_args!("`{key}` is given twice; remove one"));
        } else {
            self.0 = Some((key, value));
        }
    }

    pub(crate) fn key(&self) -> Option<&Ident> {
        self.0.as_ref().map(|(key, _)| key)
    }

    pub(crate) fn get(&self) -> Option<&T> {
        self.0.as_ref().map(|(_, value)| value)
    }

    pub(crate) fn take(self) -> Option<T> {
        self.0.map(|(_, value)| value)
    }
}
