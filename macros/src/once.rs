//! An option that may be given once.

use proc_macro2::Ident;

use crate::diagnostics::Errors;

/// The value of an option, and the key token that it was written with. Errors about the option point at the key.
#[derive(Clone, Debug)]
pub(crate) struct Once<T>(Option<(Ident, T)>);

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Once<T> {
    /// Sets the value. If the option already has one, that is an error, and the first value stays.
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
