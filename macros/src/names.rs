//! The grammar of metric and label names, and how identifiers become names.
//!
//! The runtime has the same rules as constant functions (`goldsignal::declare::names`). The macros apply them too,
//! because they can report an error at the name itself. `tests/derive.rs` compares the two.

use proc_macro2::Ident;
use syn::ext::IdentExt;

use crate::diagnostics::quoted_list;
use crate::reserved;

/// Label names that Prometheus or the exposition format sets.
const RESERVED_LABELS: &[&str] = &["le", "quantile", "instance", "job"];

/// Suffixes that the exposition formats add to the names of metrics.
const RESERVED_SUFFIXES: &[&str] = &["_count", "_sum", "_bucket", "_created", "_info"];

/// The text of an identifier, without `r#`.
pub(crate) fn text_of(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// `HttpStatus` → `http_status`, `HTTPStatus` → `http_status`, `V2Api` → `v2_api`.
pub(crate) fn snake_case(ident: &Ident) -> String {
    in_snake_case(&text_of(ident))
}

/// The same of a text.
pub(crate) fn in_snake_case(name: &str) -> String {
    let name: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (i, c) in name.iter().enumerate() {
        let before = i.checked_sub(1).map(|i| name[i]);
        let after = name.get(i + 1);
        let starts_word = c.is_uppercase()
            && before.is_some_and(|before| {
                before != '_'
                    && (!before.is_uppercase() || after.is_some_and(|after| after.is_lowercase()))
            });
        if starts_word {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

/// Why `name` cannot be the name of a label, and what to write instead.
pub(crate) fn label_name_error(name: &str) -> Option<String> {
    if let Some(error) = grammar_error("label", name).or_else(|| case_error("label", name)) {
        Some(error)
    } else if name.starts_with("__") {
        Some(format!(
            "`{name}` is reserved: Prometheus uses labels that begin with `__` internally"
        ))
    } else if RESERVED_LABELS.contains(&name) {
        Some(format!(
            "`{name}` is reserved, like {}: Prometheus sets it; use a more specific name, such as \
             `{name}_kind`",
            quoted_list(
                &RESERVED_LABELS.iter().copied().filter(|other| *other != name).collect::<Vec<_>>()
            )
        ))
    } else {
        None
    }
}

/// Why `name` cannot be the name of a metric of any kind, and what to write instead.
pub(crate) fn metric_name_error(name: &str) -> Option<String> {
    let suffix_error = || {
        let suffix = RESERVED_SUFFIXES.iter().find(|suffix| name.ends_with(**suffix))?;
        let stem = name.trim_end_matches(suffix);
        Some(format!(
            "`{name}` ends in `{suffix}`, a suffix that the exposition format adds; call it `{stem}`, or \
             `{stem}_total` if it is a counter"
        ))
    };
    grammar_error("metric", name)
        .or_else(|| case_error("metric", name))
        .or_else(suffix_error)
        .or_else(|| reserved::metric_name_error(name))
}

/// Why `prefix` cannot be the beginning of metric names.
pub(crate) fn prefix_error(prefix: &str) -> Option<String> {
    if prefix.is_empty() {
        return Some("an empty prefix changes nothing; remove it".to_owned());
    }
    grammar_error("metric", prefix).or_else(|| case_error("prefix of metric", prefix)).or_else(
        || {
            (!prefix.ends_with('_')).then(|| {
                format!(
                    "a prefix ends in `_`, or `{prefix}` would run into the name: write `{prefix}_`"
                )
            })
        },
    )
}

/// Why a name with capital letters is refused: Prometheus' names are in snake case.
fn case_error(what: &str, name: &str) -> Option<String> {
    let has_capitals = name.bytes().any(|byte| byte.is_ascii_uppercase());
    has_capitals.then(|| {
        let snake = in_snake_case(name);
        format!("the {what} name `{name}` is not in snake case: write `{snake}`")
    })
}

fn grammar_error(what: &str, name: &str) -> Option<String> {
    let mut bytes = name.bytes();
    let starts = bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_');
    if starts && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return None;
    }
    if name.is_empty() {
        return Some(format!("a {what} needs a name"));
    }
    let remedy =
        if name.is_ascii() { format!("; write `{}`", valid_name(name)) } else { String::new() };
    Some(format!(
        "`{name}` is not a valid {what} name: it has ASCII letters, digits and `_`, and does not begin with a \
         digit{remedy}"
    ))
}

/// A valid name that is like `name`: `web-shop` becomes `web_shop`.
fn valid_name(name: &str) -> String {
    let is_valid = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let valid: String = name.chars().map(|c| if is_valid(c) { c } else { '_' }).collect();
    let snake = in_snake_case(&valid);
    if valid.starts_with(|first: char| first.is_ascii_digit()) {
        format!("_{snake}")
    } else {
        snake
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snake_cases() {
        for (ident, expected) in [
            ("Free", "free"),
            ("HttpStatus", "http_status"),
            ("HTTPStatus", "http_status"),
            ("IPv4", "i_pv4"),
            ("V2Api", "v2_api"),
            ("already_snake", "already_snake"),
            ("Screaming_Snake", "screaming_snake"),
            ("ABC", "abc"),
            ("X", "x"),
            ("Über", "über"),
        ] {
            assert_eq!(snake_case(&quote::format_ident!("{ident}")), expected);
        }
        assert_eq!(snake_case(&quote::format_ident!("r#type")), "type");
    }

    #[test]
    fn label_names() {
        for good in ["plan", "_x", "a1", "le_kind"] {
            assert_eq!(label_name_error(good), None, "{good}");
        }
        for bad in [
            "", "1a", "a-b", "a.b", "é", "__name__", "le", "quantile", "instance", "job",
            "planName",
        ] {
            assert!(label_name_error(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn metric_names() {
        for good in ["tasks_total", "x", "_x", "sum_of_parts"] {
            assert_eq!(metric_name_error(good), None, "{good}");
        }
        for bad in [
            "",
            "2xx_total",
            "a-b",
            "a:b",
            "x_count",
            "x_sum",
            "x_bucket",
            "x_info",
            "ordersTotal",
            "Orders_total",
            "http_requests_total",
            "goldsignal_x_total",
            "up",
        ] {
            assert!(metric_name_error(bad).is_some(), "{bad}");
        }
    }
}
