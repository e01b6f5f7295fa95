//! Checks that a function can be the tool that it states, also beside `rmcp`'s `#[tool]`.

use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, LitStr, Meta, Signature, Token};

use super::fields::{Field, FieldFormat};
use super::parse::Options;
use crate::diagnostics::Errors;
use crate::literals;

/// The longest name that the protocol allows.
const MOST: usize = 128;

/// The name of the tool, if the options state a valid one.
pub(super) fn validate(
    options: &Options,
    signature: &Signature,
    attributes: &[Attribute],
    errors: &mut Errors,
) -> Option<LitStr> {
    let (tool, key) = (options.tool.get()?, options.tool.key()?);
    if let Some((method, _)) = options.routes.first() {
        errors.add(
            method,
            "a tool has no route: the server's transport is mounted, not its tools; remove one of the two",
        );
    }
    if let Some(key) = options.long.key() {
        errors.add(
            key,
            "a tool's call is no connection, so its duration is a latency; remove `long`",
        );
    }
    literals::check_text(tool, errors);
    let name = tool.value();
    if let Err(message) = check_name(&name) {
        errors.add(tool, message);
        return None;
    }
    if name.len() > MOST {
        let len = name.len();
        errors.add(
            key,
            format_args!("a tool's name has {MOST} characters at most; this one has {len}"),
        );
        return None;
    }
    check_beside(tool, signature, attributes, errors);
    Some(tool.clone())
}

/// The field of each line that has the tool's name.
pub(super) fn field(tool: &LitStr) -> Field {
    let value =
        syn::Expr::Lit(syn::ExprLit { attrs: Vec::new(), lit: syn::Lit::Str(tool.clone()) });
    let (name, name_span) = ("tool".to_owned(), tool.span());
    Field { name, name_span, format: FieldFormat::Value, is_public: true, value }
}

fn check_name(name: &str) -> Result<(), String> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if name.trim().is_empty() {
        return Err("a tool's name cannot be empty; write the one that clients call".to_owned());
    }
    if name.contains(['{', '}']) {
        return Err(
            "a tool's name is the same for each call; capture what differs by `fields(..)`"
                .to_owned(),
        );
    }
    if name == "_OTHER" {
        return Err(
            "`_OTHER` counts the calls of tools that do not exist; choose another name".to_owned()
        );
    }
    if !name.chars().all(is_allowed) {
        let valid: String =
            name.trim().chars().map(|c| if is_allowed(c) { c } else { '_' }).collect();
        return Err(format!(
            "a tool's name consists of letters, digits, `_`, `-` and `.`: write `{valid}`"
        ));
    }
    Ok(())
}

/// Checks that `#[tool]` of `rmcp` beside this attribute gives the tool the same name. If it was expanded before, it is not there
/// any more.
fn check_beside(
    tool: &LitStr,
    signature: &Signature,
    attributes: &[Attribute],
    errors: &mut Errors,
) {
    let is_tool = |attribute: &&Attribute| {
        attribute.path().segments.last().is_some_and(|segment| segment.ident == "tool")
    };
    let Some(beside) = attributes.iter().find(is_tool) else { return };
    let (of, theirs) = match stated_name(&beside.meta) {
        Ok(Some(name)) => ("`#[tool(name = ..)]` calls this tool", name.value()),
        Ok(None) => {
            ("`#[tool]` calls this tool like its function,", signature.ident.unraw().to_string())
        }
        // `#[tool]` reports what cannot be read.
        Err(_) => return,
    };
    if theirs != tool.value() {
        errors.add(tool, format_args!("{of} `{theirs}`; write `tool = \"{theirs}\"`"));
    }
}

/// The value of `name = ".."` among the options of `#[tool]`.
fn stated_name(tool: &Meta) -> syn::Result<Option<LitStr>> {
    let Meta::List(list) = tool else { return Ok(None) };
    let options = Punctuated::<Meta, Token![,]>::parse_terminated.parse2(list.tokens.clone())?;
    let name = options.iter().find_map(|option| match option {
        Meta::NameValue(pair) if pair.path.is_ident("name") => Some(&pair.value),
        _ => None,
    });
    name.map(|name| syn::parse2(name.to_token_stream())).transpose()
}
