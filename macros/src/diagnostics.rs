//! Errors in the user's input. They are collected, so that one build reports all of them.

use std::fmt::Display;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

/// The errors found so far.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    found: Option<syn::Error>,
    /// Options of one attribute in a wrong form.
    forms: Vec<(TokenStream, String)>,
    unknown: Option<Unknown>,
}

/// The unknown options of one attribute. They are one error, since one wrong idea of the attribute is behind them.
#[derive(Debug)]
struct Unknown {
    first: Ident,
    message: String,
    others: Vec<String>,
}

impl Errors {
    /// Adds an error. The compiler underlines all of `tokens`.
    pub(crate) fn add(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.combine(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn combine(&mut self, error: syn::Error) {
        match &mut self.found {
            Some(errors) => errors.combine(error),
            None => self.found = Some(error),
        }
    }

    /// Adds the error about an option that the attribute does not have. It names the other ones of the same attribute.
    pub(crate) fn add_unknown(&mut self, key: &Ident, message: impl Display) {
        if let Some(unknown) = &mut self.unknown {
            unknown.others.push(format!("`{key}`"));
        } else {
            let (first, message) = (key.clone(), message.to_string());
            self.unknown = Some(Unknown { first, message, others: Vec::new() });
        }
    }

    /// Adds the error about an option in a wrong form. It is part of the error about the attribute's unknown options, if
    /// there is one: `get, path = "/orders"` is one wrong idea, too.
    pub(crate) fn add_form(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.forms.push((tokens.into_token_stream(), message.to_string()));
    }

    /// Ends an attribute: unknown options of the next one are another error.
    pub(crate) fn end_attribute(&mut self) {
        let forms = std::mem::take(&mut self.forms);
        let Some(Unknown { first, message, others }) = self.unknown.take() else {
            let later = self.found.take();
            for (tokens, message) in forms {
                self.add(tokens, message);
            }
            if let Some(later) = later {
                self.combine(later);
            }
            return;
        };
        let others = match others.as_slice() {
            [] => String::new(),
            [other] => format!("; {other} is unknown, too"),
            all => format!("; {} are unknown, too", all.join(", ")),
        };
        let mut message = format!("{message}{others}");
        for (_, form) in forms {
            message.extend(["; ", &form]);
        }
        self.add(first, message);
    }

    /// Adds the errors of `other`.
    pub(crate) fn append(&mut self, mut other: Self) {
        other.end_attribute();
        if let Some(error) = other.found {
            self.combine(error);
        }
    }

    /// Adds the first error of `other`, the errors about one field or variant: the next one may follow from it.
    pub(crate) fn append_first(&mut self, mut other: Self) {
        other.end_attribute();
        if let Some(error) = other.found.and_then(|errors| errors.into_iter().next()) {
            self.combine(error);
        }
    }

    /// Returns the value, or adds the error and returns `None`.
    pub(crate) fn handle<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.combine(error)).ok()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_none() && self.forms.is_empty() && self.unknown.is_none()
    }

    /// The errors, and beside them the item that they are about, so that its uses cause no further errors. What only the
    /// attribute would have used is no warning.
    pub(crate) fn beside(self, item: impl ToTokens) -> TokenStream {
        let errors = self.into_compile_error();
        quote!(#errors #[allow(unused)] #item)
    }

    /// One `compile_error!` for each error; no tokens if there is none.
    pub(crate) fn into_compile_error(mut self) -> TokenStream {
        self.end_attribute();
        self.found.map(syn::Error::into_compile_error).unwrap_or_default()
    }
}

/// `` unknown option `nmae`; did you mean `name`? `` or `` unknown option `x`; expected one of `name`, `help` ``
pub(crate) fn unknown(what: &str, given: &str, choices: &[&str]) -> String {
    match nearest(given, choices) {
        Some(choice) => format!("unknown {what} `{given}`; did you mean `{choice}`?"),
        None => format!("unknown {what} `{given}`; expected {}", one_of(choices)),
    }
}

/// The choice that has at most one edit in four letters, or two letters in exchanged order.
pub(crate) fn nearest<'a>(given: &str, choices: &[&'a str]) -> Option<&'a str> {
    let lower = given.to_lowercase();
    let near = |choice: &&str| {
        let edits = distance(&lower, choice);
        let is_exchanged = edits == 1
            && lower.len() == choice.len()
            && lower.bytes().all(|byte| choice.as_bytes().contains(&byte));
        edits * 4 <= lower.chars().count().max(choice.len()) || is_exchanged
    };
    choices.iter().copied().filter(near).min_by_key(|choice| distance(&lower, choice))
}

/// `` `a` `` or `` one of `a`, `b`, `c` ``
pub(crate) fn one_of(choices: &[&str]) -> String {
    let one_of = if choices.len() > 1 { "one of " } else { "" };
    format!("{one_of}{}", quoted_list(choices))
}

/// `` `a`, `b`, `c` ``
pub(crate) fn quoted_list(choices: &[&str]) -> String {
    choices.iter().map(|choice| format!("`{choice}`")).collect::<Vec<_>>().join(", ")
}

/// The number of edits between two words, where two letters in exchanged order are one edit
/// (<https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance>).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    rows[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        rows[i][0] = i;
        for j in 1..=b.len() {
            let substituted = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            rows[i][j] = substituted.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                rows[i][j] = rows[i][j].min(rows[i - 2][j - 2] + 1);
            }
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_nearest_choice() {
        assert_eq!(
            unknown("option", "nmae", &["name", "help"]),
            "unknown option `nmae`; did you mean `name`?"
        );
        assert_eq!(
            unknown("option", "frobnicate", &["name"]),
            "unknown option `frobnicate`; expected `name`"
        );
        assert_eq!(
            unknown("option", "ret", &["get", "err"]),
            "unknown option `ret`; expected one of `get`, `err`"
        );
        assert_eq!(
            unknown("option", "gte", &["get", "err"]),
            "unknown option `gte`; did you mean `get`?"
        );
    }

    #[test]
    fn distances() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "ab"), 2);
        assert_eq!(distance("nmae", "name"), 1);
    }
}
