//! Names of attributes, and references to them.

use std::collections::BTreeMap;

use super::model::{Attribute, Declared};

/// Removes attributes with equal names.
pub(super) fn distinct(all: impl IntoIterator<Item = Declared>) -> Vec<Declared> {
    let by_name: BTreeMap<_, _> = all.into_iter().map(|one| (one.id.clone(), one)).collect();
    by_name.into_values().collect()
}

/// Refers to an attribute that is always present.
pub(super) const fn required(to: String) -> Attribute {
    Attribute::Referred { to, requirement_level: "required" }
}

/// Refers to an attribute that is present only when it has a value.
pub(super) const fn recommended(to: String) -> Attribute {
    Attribute::Referred { to, requirement_level: "recommended" }
}
