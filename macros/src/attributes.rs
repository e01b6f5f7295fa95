//! The options in attributes: `#[label(rename = "x", budget = 50)]`.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Lit, LitInt, LitStr, Meta, Token};

use crate::diagnostics::Errors;
use crate::literals;
use crate::paths::CratePath;

/// One option, `key` or `key = value`, whose key may still be unknown.
pub(crate) struct Argument {
    pub(crate) key: Ident,
    value: Option<Expr>,
}

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        // `crate` is a keyword.
        let key = input.call(Ident::parse_any)?;
        let value = match input.parse::<Option<Token![=]>>()? {
            Some(_) => Some(ungrouped(input.parse()?)),
            None => None,
        };
        Ok(Self { key, value })
    }
}

/// The expression without the invisible group that a `macro_rules!` fragment has, as in `prefix = $prefix`.
fn ungrouped(value: Expr) -> Expr {
    match value {
        Expr::Group(group) => ungrouped(*group.expr),
        other => other,
    }
}

/// The options of all attributes called `name`. An attribute that cannot be parsed adds an error.
pub(crate) fn arguments(
    attributes: &[Attribute],
    name: &str,
    errors: &mut Errors,
) -> Vec<Argument> {
    let mut arguments = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        match &attribute.meta {
            Meta::List(list) => {
                let parsed =
                    list.parse_args_with(Punctuated::<Argument, Token![,]>::parse_terminated);
                arguments.extend(errors.handle(parsed).into_iter().flatten());
            }
            meta => errors.add(meta, format_args!("write options in parentheses: `#[{name}(…)]`")),
        }
    }
    arguments
}

impl Argument {
    /// The value of an option that takes a string literal.
    pub(crate) fn string(&self, errors: &mut Errors) -> Option<LitStr> {
        if let Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) = &self.value {
            literals::check_text(text, errors);
            return Some(text.clone());
        }
        let key = &self.key;
        errors.add(self.value_or_key(), format_args!("`{key}` takes text: `{key} = \"…\"`"));
        None
    }

    /// The value of an option that takes a whole number, and its literal.
    pub(crate) fn integer(&self, errors: &mut Errors) -> Option<(LitInt, usize)> {
        if let Some(Expr::Lit(ExprLit { lit: lit @ Lit::Int(number), .. })) = &self.value {
            literals::check_number(lit, "usize", errors);
            return errors.handle(number.base10_parse()).map(|value| (number.clone(), value));
        }
        let key = &self.key;
        errors
            .add(self.value_or_key(), format_args!("`{key}` takes a whole number: `{key} = 100`"));
        None
    }

    /// The value of an option that takes an expression.
    pub(crate) fn expression(&self, example: &str, errors: &mut Errors) -> Option<Expr> {
        if self.value.is_none() {
            let key = &self.key;
            errors.add(key, format_args!("`{key}` takes a value: `{key} = {example}`"));
        }
        self.value.clone()
    }

    /// The value of an option that takes a single identifier.
    pub(crate) fn ident(&self) -> Option<&Ident> {
        match &self.value {
            Some(Expr::Path(path)) => path.path.get_ident(),
            _ => None,
        }
    }

    /// Checks that an option is a flag, without a value.
    pub(crate) fn refuse_value(&self, errors: &mut Errors) {
        if let Some(value) = &self.value {
            errors.add(value, format_args!("`{}` takes no value; remove it", self.key));
        }
    }

    /// The value of `crate`.
    pub(crate) fn crate_path(&self, errors: &mut Errors) -> Option<CratePath> {
        match self.value.as_ref() {
            Some(Expr::Path(path)) if path.qself.is_none() => {
                Some(CratePath::new(path.path.clone()))
            }
            _ => {
                let message = "`crate` takes the path of goldsignal: `crate = my::goldsignal`";
                errors.add(self.value_or_key(), message);
                None
            }
        }
    }

    /// What an error about the value points at: the value, or the key if there is none.
    pub(crate) fn value_or_key(&self) -> &dyn ToTokens {
        match &self.value {
            Some(value) => value,
            None => &self.key,
        }
    }
}

/// Reports each attribute called `name`, which has no meaning where it is, with what to write instead.
pub(crate) fn refuse_misplaced(
    attributes: &[Attribute],
    name: &str,
    message: &str,
    errors: &mut Errors,
) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        errors.add(attribute.path(), message);
    }
}

/// Skips all tokens up to and including the next comma.
pub(crate) fn skip_option(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() {
        if input.peek(Token![,]) {
            input.parse::<Token![,]>()?;
            break;
        }
        input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}
