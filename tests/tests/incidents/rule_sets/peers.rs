//! The sets of rules.

use crate::rules;

/// The service and job of which all of them are.
pub(crate) const SERVICE: &str = "shop";

/// A generator of rules, and what it generates for the shop's two objectives.
pub(super) struct RuleSet {
    pub(super) name: &'static str,
    pub(super) file: String,
}

/// Ours first.
pub(super) fn all() -> [RuleSet; 3] {
    [
        RuleSet { name: "goldsignal", file: rules::file(SERVICE, 1) },
        RuleSet { name: "sloth", file: include_str!("peers/sloth.yaml").to_owned() },
        RuleSet { name: "pyrra", file: include_str!("peers/pyrra.yaml").to_owned() },
    ]
}
