//! The options in attributes: `#[label(rename = "x", budget = 50)]`.

use proc_macro2::Ident;
use syn::parse::ParseStream;
use syn::{Attribute, Expr, ExprLit, Lit, LitInt, LitStr, Meta};

use crate::diagnostics::Errors;
use crate::literals;
use crate::options::RawOption;
use crate::paths::CratePath;

/// One option, `key` or `key = value`, whose key may still be unknown.
pub(crate) struct Argument {
    pub(crate) key: Ident,
    option: RawOption,
}

impl From<RawOption> for Argument {
    fn from(option: RawOption) -> Self {
        Self { key: option.key.clone(), option }
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
                let parsed = list.parse_args_with(|input: ParseStream<'_>| {
                    RawOption::parse_all(input, name, errors)
                });
                let options = errors.handle(parsed).into_iter().flatten();
                arguments.extend(options.map(Argument::from));
            }
            meta => errors.add(meta, format_args!("write options in parentheses: `#[{name}(…)]`")),
        }
    }
    arguments
}

impl Argument {
    /// The value, if the option is written `key = value`.
    fn value(&self) -> Option<Expr> {
        self.option.assigned().and_then(|value| syn::parse2(value).ok()).map(ungrouped)
    }

    /// The value of an option that takes a string literal.
    pub(crate) fn string(&self, errors: &mut Errors) -> Option<LitStr> {
        if let Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) = self.value() {
            literals::check_text(&text, errors);
            return Some(text);
        }
        self.option.refuse(errors);
        None
    }

    /// The value of an option that takes a whole number, and its literal.
    pub(crate) fn integer(&self, errors: &mut Errors) -> Option<(LitInt, usize)> {
        if let Some(Expr::Lit(ExprLit { lit, .. })) = self.value() {
            if let Lit::Int(number) = &lit {
                literals::check_number(&lit, "usize", errors);
                let value = number.base10_parse().ok();
                if value.is_none() {
                    let message =
                        format!("{number} is more than any `{}`; write a smaller number", self.key);
                    errors.add(number, message);
                }
                return value.map(|value| (number.clone(), value));
            }
        }
        self.option.refuse(errors);
        None
    }

    /// The value of an option that takes an expression.
    pub(crate) fn expression(&self, errors: &mut Errors) -> Option<Expr> {
        let value = self.value();
        if value.is_none() {
            self.option.refuse(errors);
        }
        value
    }

    /// The value of an option that takes one word.
    pub(crate) fn word(&self) -> Option<Ident> {
        match self.value() {
            Some(Expr::Path(path)) => path.path.get_ident().cloned(),
            _ => None,
        }
    }

    /// Whether a flag has no value. A value is an error.
    pub(crate) fn is_flag(&self, errors: &mut Errors) -> bool {
        self.option.is_flag(errors)
    }

    /// The value of `crate`.
    pub(crate) fn crate_path(&self, errors: &mut Errors) -> Option<CratePath> {
        if let Some(Expr::Path(path)) = self.value() {
            if path.qself.is_none() {
                return Some(CratePath::new(path.path));
            }
        }
        self.option.refuse(errors);
        None
    }

    /// Reports that the option is written in a wrong form.
    pub(crate) fn refuse(&self, errors: &mut Errors) {
        self.option.refuse(errors);
    }
}

/// Reports each attribute called `name`, which has no meaning where it is, with what to write instead. Returns whether
/// there is one.
pub(crate) fn refuse_misplaced(
    attributes: &[Attribute],
    name: &str,
    message: &str,
    errors: &mut Errors,
) -> bool {
    let mut misplaced =
        attributes.iter().filter(|attribute| attribute.path().is_ident(name)).peekable();
    let is_any = misplaced.peek().is_some();
    misplaced.for_each(|attribute| errors.add(attribute.path(), message));
    is_any
}
