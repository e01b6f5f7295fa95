//! The names of fields in lines: which ones are a line's own, and how a field of such a name is
//! called.

use super::callsite::FIXED;

/// Whether lines have a member of their own with this name. A field of that name is renamed in
/// every line, not only in lines that have the member.
fn is_own(name: &str) -> bool {
    // The length decides first, so that a name is compared with one or two others.
    match name.len() {
        4 => name == "line",
        5 => matches!(name, "level" | "spans" | STORY),
        6 => matches!(name, "target" | "module"),
        7 => matches!(name, "message" | "span_id"),
        8 => matches!(name, "function" | "trace_id"),
        9 => name == "timestamp",
        10 => name == "request_id",
        14 => name == DROPPED,
        _ => false,
    }
}

/// Whether closing lines have a member of their own with this name: see [`is_own`].
fn is_own_of_closing(name: &str) -> bool {
    FIXED.contains(&name) || name == SUPPRESSED || is_own(name)
}

/// The member that counts the similar lines that were suppressed before this one.
pub(crate) const SUPPRESSED: &str = "suppressed";

/// The member with the number of the story that the line belongs to.
pub(crate) const STORY: &str = "story";

/// The member that counts the fields that were left out.
pub(super) const DROPPED: &str = "dropped_fields";

/// The prefix of a field that has the name of one of the line's own members.
const PREFIX: &str = "field.";

/// A field's name as lines contain it, in two parts: the prefix, if the name is one of the line's
/// own, and the name.
///
/// All names pass through here. Two fields with the same result are one, and the later one stays.
pub(crate) fn written(field: &str) -> (&'static str, &str) {
    let name = bare(field);
    (if is_own(name) { PREFIX } else { "" }, name)
}

/// Like [`written`], for closing lines.
pub(crate) fn written_in_closing(field: &str) -> (&'static str, &str) {
    let name = bare(field);
    (if is_own_of_closing(name) { PREFIX } else { "" }, name)
}

/// A name without the `r#` of raw identifiers.
pub(crate) fn bare(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

/// The names that a line contains besides its fields.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Beside {
    /// The name bits of the members.
    pub(crate) names: u64,
    /// Whether it is a closing line, whose own members have precedence whether or not this line has
    /// them.
    pub(crate) is_closing: bool,
}

impl Beside {
    pub(super) fn has(self, quoted_name: &[u8]) -> bool {
        let name = quoted_name
            .get(1..quoted_name.len() - 1)
            .and_then(|name| std::str::from_utf8(name).ok());
        self.is_closing && name.is_some_and(is_own_of_closing)
    }
}

/// The name bits of the members that closing lines may have.
pub(crate) fn names_of_closing() -> u64 {
    let own = FIXED.iter().chain([&SUPPRESSED]);
    own.fold(0, |names, name| names | bit(format!("\"{name}\"").as_bytes()))
}

/// The name's bit: one of 64, equal for equal names.
pub(crate) fn bit(quoted_name: &[u8]) -> u64 {
    let byte = |at: usize| u64::from(quoted_name.get(at).copied().unwrap_or_default());
    let len = quoted_name.len();
    let mixed = byte(1) ^ byte(len / 2).wrapping_mul(7) ^ (len as u64).wrapping_mul(13);
    1 << (mixed % 64)
}
