//! How each option is written. An option has the same form in every macro that has it.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::{Expr, Lit, LitStr, Path};

/// What an option takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Nothing,
    Text,
    Number,
    Expression,
    CratePath,
    Constant,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list in brackets, or a constant.
    List,
    /// A list in parentheses.
    Fields,
    /// A closure in parentheses.
    Closure,
}

/// The option, what it takes in words, and an example of its value.
type Form = (&'static str, Kind, &'static str, &'static str);

pub(crate) const LEVELS: &[&str] = &["trace", "debug", "info", "warn", "error"];

#[rustfmt::skip]
const FORMS: &[Form] = &[
    ("get", Kind::Text, "takes the path as text", "\"/orders/{id}\""),
    ("post", Kind::Text, "takes the path as text", "\"/orders\""),
    ("put", Kind::Text, "takes the path as text", "\"/orders/{id}\""),
    ("patch", Kind::Text, "takes the path as text", "\"/orders/{id}\""),
    ("delete", Kind::Text, "takes the path as text", "\"/orders/{id}\""),
    ("head", Kind::Text, "takes the path as text", "\"/orders\""),
    ("options", Kind::Text, "takes the path as text", "\"/orders\""),
    ("trace", Kind::Text, "takes the path as text", "\"/orders\""),
    ("connect", Kind::Text, "takes the path as text", "\"/orders\""),
    ("any", Kind::Text, "takes the path as text", "\"/orders\""),
    ("tool", Kind::Text, "takes the tool's name as text", "\"create_task\""),
    ("name", Kind::Text, "takes text", "\"orders\""),
    ("slo", Kind::Constant, "takes an objective", "API"),
    ("fields", Kind::Fields, "takes the fields in parentheses", "fields(user_id, %order.id)"),
    ("ok", Kind::Closure, "takes a closure of the value, and the fields to capture", "ok(|value| id = value.id)"),
    ("err", Kind::Closure, "takes a closure of the error, and the fields to capture", "err(|error| kind = ?error)"),
    ("level", Kind::Word(LEVELS), "takes a word", "debug"),
    ("buckets", Kind::List, "takes a list of bounds", "[0.1, 0.5, 2.5]"),
    ("poll_budget", Kind::Text, "takes a duration as text", "\"25ms\""),
    ("long", Kind::Nothing, "takes no value", ""),
    ("skip", Kind::Nothing, "takes no value", ""),
    ("crate", Kind::CratePath, "takes the path of goldsignal", "my::goldsignal"),
    ("on", Kind::Word(&["ok", "err", "always"]), "takes `ok`, `err` or `always`", "err"),
    ("by", Kind::Expression, "takes an amount", "tasks.len()"),
    ("if", Kind::Expression, "takes a condition", "count > 1"),
    ("rename", Kind::Text, "takes text", "\"…\""),
    ("budget", Kind::Number, "takes a whole number", "100"),
    ("prefix", Kind::Text, "takes text", "\"shop_\""),
    ("help", Kind::Text, "takes text", "\"…\""),
    ("unit", Kind::Text, "takes text", "\"seconds\""),
    ("response", Kind::Nothing, "takes no value", ""),
    ("detail", Kind::Nothing, "takes no value", ""),
    ("transparent", Kind::Nothing, "takes no value", ""),
    ("status", Kind::Expression, "takes a status code", "404"),
    ("error_type", Kind::Text, "takes text", "\"not_found\""),
    ("blame", Kind::Word(&["client", "server"]), "is `client` or `server`", "client"),
    ("under", Kind::Text, "takes the path as text", "\"/api\""),
];

/// Whether a macro has an option of this name.
pub(crate) fn is_known(key: &Ident) -> bool {
    FORMS.iter().any(|form| key == form.0)
}

/// The error about an option in a wrong form, with the right one: with the user's own value, if that fits.
pub(crate) fn message(key: &Ident, rest: &[TokenTree]) -> String {
    let Some((name, kind, takes, example)) = FORMS.iter().find(|form| key == form.0) else {
        return format!("`{key}` cannot be written like this");
    };
    let value = value_tokens(rest);
    match kind {
        Kind::Nothing if *name == "detail" || *name == "response" && mentions(&value, "detail") => {
            "`response` and `detail` take no value: write `response, detail`".to_owned()
        }
        Kind::Nothing if *name == "skip" && !rest.is_empty() && !mentions(&value, "true") => {
            "`skip` takes no value: it leaves out a whole method; arguments are captured only if \
             `fields(..)` names them"
                .to_owned()
        }
        Kind::Nothing if mentions(&value, "false") => format!("`{name}` takes no value: remove it"),
        Kind::Nothing => format!("`{name}` takes no value: write `{name}`"),
        Kind::Closure if *name == "err" && is_plain(&value) => {
            format!("an error is logged anyway; `err` captures fields of it: `{example}`")
        }
        Kind::Fields | Kind::Closure => {
            let own = own_value(*kind, &value).map(|value| format!("{name}({value})"));
            format!("`{name}` {takes}: `{}`", own.as_deref().unwrap_or(example))
        }
        _ => {
            let mut own = own_value(*kind, &value);
            if example.starts_with("\"/") {
                // A path begins with a slash.
                own = own.map(|path| format!("\"/{}", path.trim_start_matches(['"', '/'])));
            }
            format!("`{name}` {takes}: `{name} = {}`", own.as_deref().unwrap_or(example))
        }
    }
}

/// The error about tokens that have no option's name.
pub(crate) fn without_name(place: &str, tokens: &[TokenTree]) -> String {
    let text = tokens.iter().cloned().collect::<TokenStream>();
    match syn::parse2::<LitStr>(text.clone()) {
        Ok(path) if path.value().starts_with('/') => {
            format!("a path alone is no option; write `get = {}`", path.token().to_token_stream())
        }
        Ok(_) if place == "fault" => {
            "text alone is no option, since the message is that of `Display`; write `status = 404`"
                .to_owned()
        }
        Ok(_) => {
            let option = match place {
                "label" => "rename",
                "metrics" => "prefix",
                "metric" if text.to_string().contains([' ', '.']) => "help",
                _ => "name",
            };
            format!("text alone is no option; write `{option} = {text}`")
        }
        Err(_) => {
            let option = if place == "fault" { "status" } else { "budget" };
            match syn::parse2::<Lit>(text.clone()) {
                Ok(Lit::Int(_)) if place != "observed" => {
                    format!("a number alone is no option; write `{option} = {text}`")
                }
                _ => "an option begins with its name: `option = value`".to_owned(),
            }
        }
    }
}

/// The value, whether after `=`, `:` or `=>`, in brackets or alone.
fn value_tokens(rest: &[TokenTree]) -> TokenStream {
    let is_sign = |token: &&TokenTree| matches!(token, TokenTree::Punct(sign) if "=:>".contains(sign.as_char()));
    let signs = rest.iter().take_while(is_sign).count();
    match &rest[signs..] {
        [TokenTree::Group(group)] if group.delimiter() != Delimiter::Brace || signs == 0 => {
            group.stream()
        }
        value => value.iter().cloned().collect(),
    }
}

/// The user's value, as the option would take it.
fn own_value(kind: Kind, value: &TokenStream) -> Option<String> {
    if value.is_empty() {
        return None;
    }
    let path = Path::parse_mod_style.parse2(value.clone()).ok();
    let last = path.as_ref().and_then(|path| path.segments.last());
    let last = last.map(|last| last.ident.unraw().to_string());
    let literal = syn::parse2::<Lit>(value.clone()).ok();
    let text = match &literal {
        Some(Lit::Str(text)) => Some(text.value()),
        _ => None,
    };
    let own = match kind {
        Kind::Text => match (text, last) {
            (Some(text), _) => Some(format!("{text:?}")),
            (None, last) => {
                last.filter(|last| *last != last.to_uppercase()).map(|last| format!("\"{last}\""))
            }
        },
        Kind::Number if text.is_some() => {
            text.filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
        }
        Kind::Number => match literal {
            Some(Lit::Int(number))
                if number.suffix().is_empty() && !number.base10_digits().starts_with('-') =>
            {
                Some(number.to_string())
            }
            _ => None,
        },
        Kind::Word(words) => {
            let by_number = match &literal {
                // The numbers of levels in `tracing`.
                Some(Lit::Int(number)) if words == LEVELS => {
                    let number = number.base10_parse::<usize>().ok().filter(|&number| number > 0);
                    number
                        .and_then(|number| words.iter().rev().nth(number - 1))
                        .map(|&word| word.to_owned())
                }
                _ => None,
            };
            // The name in a pattern: `on = Err(_)`.
            let first = value.clone().into_iter().next().filter(|_| literal.is_none());
            let first = first.map(|first| first.to_string());
            let word = by_number.or(text).or(last).or(first)?.to_lowercase();
            words.contains(&word.as_str()).then_some(word)
        }
        Kind::CratePath => {
            let path = path.or_else(|| Path::parse_mod_style.parse_str(&text?).ok());
            path.map(|path| spelled(&path.to_token_stream()))
        }
        Kind::Constant => {
            let path = path.map(|path| spelled(&path.to_token_stream()));
            let is_name = |text: &String| {
                text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            };
            path.or_else(|| text.map(|text| text.to_uppercase()).filter(is_name))
        }
        Kind::List => {
            let elements = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
            let is_list = elements.parse2(value.clone()).is_ok_and(|bounds| bounds.len() > 1);
            let value = spelled(value);
            if path.is_some() { Some(value) } else { is_list.then(|| format!("[{value}]")) }
        }
        Kind::Expression => {
            syn::parse2::<Expr>(value.clone()).ok().filter(|_| text.is_none())?;
            Some(spelled(value))
        }
        Kind::Fields => match syn::parse2::<Group>(value.clone()) {
            Ok(group) => Some(spelled(&group.stream())),
            Err(_) if text.is_some() => text.filter(|text| syn::parse_str::<Ident>(text).is_ok()),
            Err(_) => Some(spelled(value)),
        },
        Kind::Closure => {
            let text = value.to_string();
            let is_closure = text.starts_with('|');
            let has_one = text.split('|').nth(1).is_some_and(|pattern| !pattern.contains(','));
            (is_closure && has_one).then(|| spelled(value))
        }
        Kind::Nothing => None,
    };
    own.filter(|own| own.len() <= 40)
}

/// The tokens with the spaces of usual code.
pub(crate) fn spelled(tokens: &TokenStream) -> String {
    let mut text = tokens.to_string();
    for (long, short) in [
        (" :: ", "::"),
        (" . ", "."),
        (" (", "("),
        (" ,", ","),
        ("| ", "|"),
        (" |", "|"),
        ("& ", "&"),
    ] {
        text = text.replace(long, short);
    }
    // `|value|id` was `| value | id`.
    match text.rfind('|') {
        Some(end) if text.starts_with('|') => {
            format!("{} {}", &text[..=end], text[end + 1..].trim())
        }
        _ => text,
    }
}

fn mentions(tokens: &TokenStream, word: &str) -> bool {
    tokens
        .clone()
        .into_iter()
        .any(|token| matches!(token, TokenTree::Ident(ident) if ident == word))
}

/// Whether there is no value, or a word alone, as in `err(Debug)`.
fn is_plain(value: &TokenStream) -> bool {
    value.is_empty() || syn::parse2::<Ident>(value.clone()).is_ok()
}
