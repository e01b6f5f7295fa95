//! Which attributes are inert, and which apply to a parameter's variables.

use syn::Attribute;

/// Whether all `attributes` are inert: built into the compiler or of a tool. Then no other macro is expanded after this
/// one.
pub(crate) fn are_inert(attributes: &[Attribute]) -> bool {
    const TOOLS: &[&str] = &["clippy", "diagnostic", "miri", "rust_analyzer", "rustfmt"];
    const BUILT_IN: &[&str] = &[
        "allow",
        "automatically_derived",
        "cold",
        "coverage",
        "deny",
        "deprecated",
        "doc",
        "expect",
        "forbid",
        "inline",
        "must_use",
        "no_mangle",
        "target_feature",
        "track_caller",
        "warn",
    ];
    attributes.iter().all(|attribute| {
        let segments = &attribute.path().segments;
        let known = if segments.len() == 1 { BUILT_IN } else { TOOLS };
        known.iter().any(|name| segments[0].ident == name)
    })
}

/// The attributes of a parameter that also apply to its variables. `#[expect]` is moved, the others are copied: an
/// expectation is fulfilled only once.
pub(super) fn take_lint_attributes(attributes: &mut Vec<Attribute>) -> Vec<Attribute> {
    let of_variables = ["allow", "cfg", "cfg_attr", "deny", "expect", "forbid", "warn"];
    let copied = attributes
        .iter()
        .filter(|attribute| of_variables.iter().any(|name| attribute.path().is_ident(name)))
        .cloned()
        .collect();
    attributes.retain(|attribute| !attribute.path().is_ident("expect"));
    copied
}
