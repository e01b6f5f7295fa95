//! How attributes are named and referred to.

use std::collections::BTreeMap;

use super::model::{Attribute, Declared};

/// Each attribute once, by its name.
pub(super) fn distinct(all: impl IntoIterator<Item = Declared>) -> Vec<Declared> {
    let by_name: BTreeMap<_, _> = all.into_iter().map(|one| (one.id.clone(), one)).collect();
    by_name.into_values().collect()
}

/// What is always there.
pub(super) const fn required(to: String) -> Attribute {
    Attribute::Referred { to, requirement_level: "required" }
}

/// What is there where it has something to tell.
pub(super) const fn recommended(to: String) -> Attribute {
    Attribute::Referred { to, requirement_level: "recommended" }
}
