//! Errors in the user's input. They are collected, so that one build reports all of them.

use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

/// The errors found so far.
#[derive(Debug, Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    /// Adds an error. The compiler underlines all of `tokens`.
    pub(crate) fn add(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.combine(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn combine(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// Adds the errors of `other`.
    pub(crate) fn append(&mut self, other: Self) {
        if let Some(error) = other.0 {
            self.combine(error);
        }
    }

    /// Returns the value, or adds the error and returns `None`.
    pub(crate) fn handle<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.combine(error)).ok()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The errors, and beside them the item that they are about, so that its uses cause no further errors. What only the
    /// attribute would have used is no warning.
    pub(crate) fn beside(self, item: impl ToTokens) -> TokenStream {
        let errors = self.into_compile_error();
        quote!(#errors #[allow(unused)] #item)
    }

    /// One `compile_error!` for each error; no tokens if there is none.
    pub(crate) fn into_compile_error(self) -> TokenStream {
        self.0.map(syn::Error::into_compile_error).unwrap_or_default()
    }
}

/// `` unknown option `nmae`; did you mean `name`? expected one of `name`, `help` ``
pub(crate) fn unknown(what: &str, given: &str, choices: &[&str]) -> String {
    let nearest = choices
        .iter()
        .map(|choice| (distance(given, choice), choice))
        .min()
        .filter(|(distance, choice)| *distance <= choice.len().max(3) / 2);
    let hint = nearest.map(|(_, choice)| format!("did you mean `{choice}`? ")).unwrap_or_default();
    format!("unknown {what} `{given}`; {hint}expected one of {}", quoted_list(choices))
}

/// `` `a`, `b`, `c` ``
pub(crate) fn quoted_list(choices: &[&str]) -> String {
    choices.iter().map(|choice| format!("`{choice}`")).collect::<Vec<_>>().join(", ")
}

/// The Levenshtein distance (<https://en.wikipedia.org/wiki/Levenshtein_distance>).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_nearest_choice() {
        assert_eq!(
            unknown("option", "nmae", &["name", "help"]),
            "unknown option `nmae`; did you mean `name`? expected one of `name`, `help`"
        );
        assert_eq!(
            unknown("option", "frobnicate", &["name"]),
            "unknown option `frobnicate`; expected one of `name`"
        );
    }

    #[test]
    fn distances() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "ab"), 2);
    }
}
