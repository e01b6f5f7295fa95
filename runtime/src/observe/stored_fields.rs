//! Captured fields as values, with all their text in one buffer.

use std::fmt::Write;
use std::ops::Range;

use crate::declare::FieldValue;
use crate::declare::field::Constants;
use crate::log::truncate::{self, Truncated};

/// Captured fields, in the order in which they were captured.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    /// The fields whose values are literals: those of one operation, in their declared order. They
    /// precede the others.
    constants: Constants,
    entries: Vec<(&'static str, Stored)>,
    text: String,
    /// How many fields were left out because the limit was reached.
    dropped: u64,
}

/// The most fields, as many as OpenTelemetry's attribute limit for a span.
const MOST: usize = 128;

/// A stored value. Two numbers and not an enum with data, so that it is passed in registers: the
/// processor reads slowly as a whole what it has just written in parts (a store-forwarding stall).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stored {
    kind: Kind,
    bits: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Bool,
    I64,
    U64,
    F64,
    /// A range of the text buffer: its start, and its end in the upper half. The buffer never has
    /// 4 GiB.
    Text,
}

/// A stored value, as the closing line writes it: without a check that text consists of whole
/// characters.
pub(crate) enum RawValue<'a> {
    Bool(bool),
    I64(i64),
    U64(u64),
    F64(f64),
    Text(&'a [u8]),
}

impl Fields {
    /// Adds a field; an empty value adds none.
    ///
    /// Inlined, because most callers know what kind of value it is.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "else the kind is written to memory and read again")]
    pub(crate) fn push(&mut self, name: &'static str, value: FieldValue<'_>) {
        match value {
            FieldValue::Bool(value) => self.push_stored(name, Kind::Bool, value.into()),
            FieldValue::I64(value) => {
                self.push_stored(name, Kind::I64, u64::from_ne_bytes(value.to_ne_bytes()));
            }
            FieldValue::U64(value) => self.push_stored(name, Kind::U64, value),
            FieldValue::F64(value) => self.push_stored(name, Kind::F64, value.to_bits()),
            FieldValue::Text(text) => self.push_text(name, text),
            FieldValue::Empty => {}
            _ => self.push_formatted(name, value),
        }
    }

    #[inline(never)]
    fn push_stored(&mut self, name: &'static str, kind: Kind, bits: u64) {
        if self.entries.len() == self.entries.capacity() {
            return self.grow_and_push(name, kind, bits);
        }
        self.entries.push((name, Stored { kind, bits }));
    }

    #[cold]
    #[inline(never)]
    fn grow_and_push(&mut self, name: &'static str, kind: Kind, bits: u64) {
        if self.has_room() {
            self.entries.push((name, Stored { kind, bits }));
        }
    }

    /// Whether there is capacity for another field. If the limit does not allow one, it is counted
    /// as left out.
    #[inline]
    fn has_room(&mut self) -> bool {
        self.entries.len() < self.entries.capacity() || self.make_room()
    }

    #[cold]
    #[inline(never)]
    fn make_room(&mut self) -> bool {
        if self.entries.len() >= MOST {
            self.forget_replaced();
        }
        let len = self.entries.len();
        if len >= MOST {
            self.dropped += 1;
            return false;
        }
        // The capacity is exactly the limit, so only a full list gets here.
        self.entries.reserve_exact((2 * len).clamp(4, MOST) - len);
        true
    }

    /// Removes earlier fields of the same name; the last one stays.
    fn forget_replaced(&mut self) {
        let mut retained = Self { dropped: self.dropped, ..Self::default() };
        retained.entries.reserve_exact(MOST);
        let names: Vec<&str> = self.iter().map(|(name, _)| name).collect();
        for (index, (name, value)) in self.iter().enumerate() {
            if !names[index + 1..].contains(&name) {
                retained.push(name, value);
            }
        }
        *self = retained;
    }

    /// How many fields were left out.
    pub(crate) const fn dropped(&self) -> u64 {
        self.dropped
    }

    #[inline(never)]
    fn push_text(&mut self, name: &'static str, text: &str) {
        if self.has_room() {
            let start = self.text.len();
            truncate::push(&mut self.text, text);
            self.entries.push((name, self.text_from(start)));
        }
    }

    #[inline(never)]
    fn push_formatted(&mut self, name: &'static str, value: FieldValue<'_>) {
        if !self.has_room() {
            return;
        }
        let start = self.text.len();
        let mut text = Truncated::new(&mut self.text);
        // A `Display` may return an error; the text that it wrote before stays.
        let _ = match value {
            FieldValue::Display(value) => write!(text, "{value}"),
            FieldValue::Debug(value) => write!(text, "{value:?}"),
            FieldValue::Hash(hash) => write!(text, "{hash:016x}"),
            _ => Ok(()),
        };
        text.end();
        self.entries.push((name, self.text_from(start)));
    }

    #[inline]
    fn text_from(&self, start: usize) -> Stored {
        Stored { kind: Kind::Text, bits: start as u64 | (self.text.len() as u64) << 32 }
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "either half")]
    const fn range(bits: u64) -> Range<usize> {
        bits as u32 as usize..(bits >> 32) as usize
    }

    /// Adds fields whose values are literals. Those of a second operation are copied.
    pub(super) fn push_constants(&mut self, constants: Constants) {
        if self.constants.is_empty() && self.entries.is_empty() {
            self.constants = constants;
        } else {
            for (name, value) in constants {
                self.push(name, value.value());
            }
        }
    }

    /// Adds all of `others`.
    pub(crate) fn extend(&mut self, others: &Self) {
        for (name, value) in others.iter() {
            self.push(name, value);
        }
        self.dropped += others.dropped;
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, FieldValue<'_>)> + Clone {
        let captured = self.stored().map(|(name, stored)| (name, self.value(stored)));
        self.constants.iter().map(|(name, constant)| (*name, constant.value())).chain(captured)
    }

    /// The fields whose values are literals.
    pub(crate) const fn constants(&self) -> Constants {
        self.constants
    }

    /// The other fields, without their values: the caller asks for a [`raw`](Self::raw) value where
    /// it uses it, so that its kind is known there.
    pub(crate) fn stored(&self) -> impl Iterator<Item = (&'static str, &Stored)> + Clone {
        self.entries.iter().map(|(name, stored)| (*name, stored))
    }

    pub(crate) fn value(&self, stored: &Stored) -> FieldValue<'_> {
        match self.raw(stored) {
            RawValue::Bool(value) => FieldValue::Bool(value),
            RawValue::I64(value) => FieldValue::I64(value),
            RawValue::U64(value) => FieldValue::U64(value),
            RawValue::F64(value) => FieldValue::F64(value),
            RawValue::Text(_) => FieldValue::Text(&self.text[Self::range(stored.bits)]),
        }
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the caller matches the result")]
    pub(crate) fn raw(&self, stored: &Stored) -> RawValue<'_> {
        let bits = stored.bits;
        match stored.kind {
            Kind::Bool => RawValue::Bool(bits != 0),
            Kind::I64 => RawValue::I64(i64::from_ne_bytes(bits.to_ne_bytes())),
            Kind::U64 => RawValue::U64(bits),
            Kind::F64 => RawValue::F64(f64::from_bits(bits)),
            Kind::Text => {
                RawValue::Text(self.text.as_bytes().get(Self::range(bits)).unwrap_or_default())
            }
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.constants.iter().any(|(constant, _)| *constant == name)
            || self.entries.iter().any(|(captured, _)| *captured == name)
    }

    /// Removes and returns the text of this name.
    #[cfg(feature = "traces")]
    pub(crate) fn take_text(&mut self, name: &str) -> Option<String> {
        let is_it =
            |(captured, stored): &(&str, Stored)| *captured == name && stored.kind == Kind::Text;
        let position = self.entries.iter().position(is_it)?;
        let (_, stored) = self.entries.remove(position);
        match self.value(&stored) {
            FieldValue::Text(text) => Some(text.to_owned()),
            _ => None,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.constants.len() + self.entries.len()
    }

    /// Removes all fields. The capacity for them stays.
    pub(super) fn clear(&mut self) {
        self.constants = &[];
        self.entries.clear();
        self.text.clear();
        self.dropped = 0;
    }

    /// The capacity for text.
    pub(super) fn text_capacity(&self) -> usize {
        self.text.capacity()
    }

    /// How many bytes they take.
    #[cfg(feature = "traces")]
    pub(super) fn size(&self) -> usize {
        self.text.len() + self.entries.len() * size_of::<(&str, Stored)>()
    }

    /// No fields.
    pub(super) const fn new() -> Self {
        Self { constants: &[], entries: Vec::new(), text: String::new(), dropped: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(fields: &Fields) -> Vec<&'static str> {
        fields.iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn neither_their_number_nor_their_text_is_unbounded() {
        let mut fields = Fields::default();
        let long = "x".repeat(10_000);
        for number in 0..1_000_u64 {
            fields.push("progress", FieldValue::U64(number));
            fields.push("text", FieldValue::Text(&long));
            fields.push("formatted", FieldValue::Display(&long));
        }
        assert!(fields.len() <= MOST && fields.text.len() <= MOST * 5000);
        assert_eq!(fields.dropped(), 0, "each replaced the one before it");
        fields.forget_replaced();
        assert_eq!(names(&fields), ["progress", "text", "formatted"]);
        assert!(matches!(fields.iter().next(), Some((_, FieldValue::U64(999)))));
        for number in 0..1_000_u64 {
            fields.push(String::leak(number.to_string()), FieldValue::Bool(true));
        }
        assert_eq!((fields.len(), fields.dropped()), (MOST, 1_003 - MOST as u64));
        fields.push("progress", FieldValue::U64(1_000));
        assert_eq!(fields.dropped(), 1_004 - MOST as u64);
    }

    #[test]
    fn an_extension_brings_what_was_dropped() {
        let (mut one, mut other) = (Fields::default(), Fields { dropped: 3, ..Fields::default() });
        other.push("other", FieldValue::F64(0.5));
        one.push("one", FieldValue::Bool(true));
        one.extend(&other);
        assert_eq!((names(&one), one.dropped()), (vec!["one", "other"], 3));
        assert!(one.has("other") && !one.has("neither"));
    }

    #[cfg(feature = "traces")]
    #[test]
    fn only_text_is_taken_as_text() {
        let mut fields = Fields::default();
        fields.push("a", FieldValue::U64(1));
        fields.push("b", FieldValue::Text("other"));
        fields.push("a", FieldValue::Text("text"));
        assert_eq!(fields.take_text("c"), None);
        assert_eq!(fields.take_text("a").as_deref(), Some("text"));
        assert_eq!(fields.take_text("a"), None);
        assert_eq!(names(&fields), ["a", "b"]);
    }
}
