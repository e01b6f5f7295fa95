//! What is written in the helper attributes of derives: `#[label(rename = "x", budget = 50)]`.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Lit, LitInt, LitStr, Meta, Token};

use crate::diagnostics::Errors;
use crate::paths::Runtime;

/// One option, not yet understood.
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

/// What a `macro_rules!` macro passed on as one thing: `prefix = $prefix`.
fn ungrouped(value: Expr) -> Expr {
    match value {
        Expr::Group(group) => ungrouped(*group.expr),
        other => other,
    }
}

/// The options of every attribute called `name`; an attribute that cannot be read is noted and left out.
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
                arguments.extend(errors.note(parsed).into_iter().flatten());
            }
            meta => errors.add(meta, format_args!("write options in parentheses: `#[{name}(…)]`")),
        }
    }
    arguments
}

impl Argument {
    /// The value of an option that is text.
    pub(crate) fn text(&self, errors: &mut Errors) -> Option<LitStr> {
        if let Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) = &self.value {
            return Some(text.clone());
        }
        let key = &self.key;
        errors.add(self.place(), format_args!("`{key}` takes text: `{key} = \"…\"`"));
        None
    }

    /// The value of an option that is a whole number, with its place.
    pub(crate) fn number(&self, errors: &mut Errors) -> Option<(LitInt, usize)> {
        if let Some(Expr::Lit(ExprLit { lit: Lit::Int(number), .. })) = &self.value {
            return errors.note(number.base10_parse()).map(|value| (number.clone(), value));
        }
        let key = &self.key;
        errors.add(self.place(), format_args!("`{key}` takes a whole number: `{key} = 100`"));
        None
    }

    /// The value of an option that is an expression.
    pub(crate) fn expression(&self, example: &str, errors: &mut Errors) -> Option<Expr> {
        if self.value.is_none() {
            let key = &self.key;
            errors.add(key, format_args!("`{key}` takes a value: `{key} = {example}`"));
        }
        self.value.clone()
    }

    /// The value of an option that is one word of a few.
    pub(crate) fn word(&self) -> Option<&Ident> {
        match &self.value {
            Some(Expr::Path(path)) => path.path.get_ident(),
            _ => None,
        }
    }

    /// Takes an option that stands alone.
    pub(crate) fn flag(&self, errors: &mut Errors) {
        if let Some(value) = &self.value {
            errors.add(value, format_args!("`{}` takes no value; remove it", self.key));
        }
    }

    /// The value of `crate`.
    pub(crate) fn runtime(&self, errors: &mut Errors) -> Option<Runtime> {
        match self.value.as_ref() {
            Some(Expr::Path(path)) if path.qself.is_none() => Some(Runtime::new(path.path.clone())),
            _ => {
                let message = "`crate` takes the path of goldsignal: `crate = my::goldsignal`";
                errors.add(self.place(), message);
                None
            }
        }
    }

    /// The value, or the key where there is none.
    pub(crate) fn place(&self) -> &dyn ToTokens {
        match &self.value {
            Some(value) => value,
            None => &self.key,
        }
    }
}
