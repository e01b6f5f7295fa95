//! What an observation captured: fields by name, all their text in one buffer that later observations use again.

use std::cell::Cell;
use std::fmt::{self, Write};

use super::free_list::{self, FreeList};
use crate::declare::FieldValue;
use crate::log::truncate::{self, Truncated};

/// Captured fields, in the order in which they were captured.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    entries: Vec<(&'static str, Stored)>,
    text: String,
    /// How many there was no room for.
    dropped: u64,
}

/// How many are kept: as many as OpenTelemetry keeps attributes of a span.
const MOST: usize = 128;

/// A value as it is kept: text by its place in the buffer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stored {
    Bool(bool),
    I64(i64),
    U64(u64),
    F64(f64),
    Text { start: usize, end: usize },
}

impl Fields {
    /// Adds a field; an empty one is none.
    ///
    /// A value is put together where it stays, for each kind by itself: what has just been written elsewhere in small
    /// parts is read slowly as a whole. What has to be called for is out of line, so that other values need no registers saved.
    pub(crate) fn push(&mut self, name: &'static str, value: FieldValue<'_>) {
        if self.entries.len() == self.entries.capacity() {
            return self.grow_and_push(name, value);
        }
        match value {
            FieldValue::Bool(value) => self.entries.push((name, Stored::Bool(value))),
            FieldValue::I64(value) => self.entries.push((name, Stored::I64(value))),
            FieldValue::U64(value) => self.entries.push((name, Stored::U64(value))),
            FieldValue::F64(value) => self.entries.push((name, Stored::F64(value))),
            FieldValue::Text(text) => self.push_text(name, text),
            FieldValue::Empty => {}
            _ => self.push_formatted(name, value),
        }
    }

    #[cold]
    #[inline(never)]
    fn grow_and_push(&mut self, name: &'static str, value: FieldValue<'_>) {
        if self.entries.len() >= MOST {
            self.forget_replaced();
        }
        let len = self.entries.len();
        if len >= MOST {
            self.dropped += 1;
            return;
        }
        // Never room for more than are kept: only who finds none comes here.
        self.entries.reserve_exact((2 * len).clamp(4, MOST) - len);
        self.push(name, value);
    }

    /// Forgets what was captured again by the same name: of those the last stays.
    fn forget_replaced(&mut self) {
        let mut kept = Self { dropped: self.dropped, ..Self::default() };
        kept.entries.reserve_exact(MOST);
        let names: Vec<&str> = self.entries.iter().map(|(name, _)| *name).collect();
        for (index, (name, value)) in self.iter().enumerate() {
            if !names[index + 1..].contains(&name) {
                kept.push(name, value);
            }
        }
        *self = kept;
    }

    /// How many there was no room for.
    pub(crate) const fn dropped(&self) -> u64 {
        self.dropped
    }

    #[inline(never)]
    fn push_text(&mut self, name: &'static str, text: &str) {
        let start = self.text.len();
        truncate::push(&mut self.text, text);
        self.entries.push((name, Stored::Text { start, end: self.text.len() }));
    }

    #[inline(never)]
    fn push_formatted(&mut self, name: &'static str, value: FieldValue<'_>) {
        let start = self.text.len();
        let mut text = Truncated::new(&mut self.text);
        // A value that refuses to be formatted gives what it had written by then.
        let _ = match value {
            FieldValue::Display(value) => write!(text, "{value}"),
            FieldValue::Debug(value) => write!(text, "{value:?}"),
            FieldValue::Hash(hash) => write!(text, "{hash:016x}"),
            _ => Ok(()),
        };
        text.end();
        self.entries.push((name, Stored::Text { start, end: self.text.len() }));
    }

    /// Adds all of `others`.
    pub(crate) fn extend(&mut self, others: &Self) {
        for (name, value) in others.iter() {
            self.push(name, value);
        }
        self.dropped += others.dropped;
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, FieldValue<'_>)> + Clone {
        self.stored().map(|(name, stored)| (name, self.value(stored)))
    }

    /// As [`iter`](Self::iter), for one who asks for a [`value`](Self::value) where it is used: there it is known what kind it
    /// is.
    pub(crate) fn stored(&self) -> impl Iterator<Item = (&'static str, &Stored)> + Clone {
        self.entries.iter().map(|(name, stored)| (*name, stored))
    }

    #[inline]
    pub(crate) fn value(&self, stored: &Stored) -> FieldValue<'_> {
        match *stored {
            Stored::Bool(value) => FieldValue::Bool(value),
            Stored::I64(value) => FieldValue::I64(value),
            Stored::U64(value) => FieldValue::U64(value),
            Stored::F64(value) => FieldValue::F64(value),
            Stored::Text { start, end } => FieldValue::Text(&self.text[start..end]),
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|(captured, _)| *captured == name)
    }

    /// Takes the text of this name out.
    #[cfg(feature = "traces")]
    pub(crate) fn take_text(&mut self, name: &str) -> Option<String> {
        let is_it = |(captured, stored): &(&str, Stored)| {
            *captured == name && matches!(stored, Stored::Text { .. })
        };
        let position = self.entries.iter().position(is_it)?;
        let (_, stored) = self.entries.remove(position);
        match self.value(&stored) {
            FieldValue::Text(text) => Some(text.to_owned()),
            _ => None,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}

/// Fields in a box, if there are any. The thread keeps the box for those of a later observation: to capture a few
/// allocates nothing.
#[derive(Debug, Default)]
pub(crate) struct Boxed(Option<Box<Fields>>);

thread_local! {
    static FREE: FreeList<Fields> = const { FreeList::new() };
}

/// How much text a box that is kept may have room for: one huge field must not be paid for ever.
const KEPT_TEXT: usize = 4096;

impl Boxed {
    pub(crate) fn fields(&self) -> &Fields {
        static NONE: Fields = Fields { entries: Vec::new(), text: String::new(), dropped: 0 };
        self.0.as_deref().unwrap_or(&NONE)
    }

    #[inline]
    fn fields_mut(&mut self) -> &mut Fields {
        self.0.get_or_insert_with(spare)
    }
}

impl Drop for Boxed {
    #[inline]
    fn drop(&mut self) {
        if let Some(fields) = self.0.take() {
            keep(fields);
        }
    }
}

/// A place where fields are captured.
#[derive(Default)]
pub(crate) struct Captured(Cell<Boxed>);

impl fmt::Debug for Captured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Captured").finish_non_exhaustive()
    }
}

impl Captured {
    pub(crate) const fn new() -> Self {
        Self(Cell::new(Boxed(None)))
    }

    /// Adds a field, for one who has them alone.
    pub(crate) fn add(&mut self, name: &'static str, value: FieldValue<'_>) {
        self.0.get_mut().fields_mut().push(name, value);
    }

    /// Adds a field. While it is formatted, nothing is borrowed: a `Display` may do anything.
    pub(crate) fn push(&self, name: &'static str, value: FieldValue<'_>) {
        self.change(|fields| fields.push(name, value));
    }

    /// Adds all of `others`.
    pub(crate) fn extend(&self, others: &Fields) {
        if others.len() > 0 {
            self.change(|fields| fields.extend(others));
        }
    }

    fn change(&self, change: impl FnOnce(&mut Fields)) {
        let mut boxed = self.0.take();
        change(boxed.fields_mut());
        // What was captured while this was.
        if let Some(meanwhile) = &self.0.take().0 {
            boxed.fields_mut().extend(meanwhile);
        }
        self.0.set(boxed);
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.lend(|fields| fields.has(name))
    }

    /// Lets `look` see them: it captures nothing here.
    pub(crate) fn lend<R>(&self, look: impl FnOnce(&Fields) -> R) -> R {
        let boxed = self.0.take();
        let seen = look(boxed.fields());
        self.0.set(boxed);
        seen
    }

    /// Takes them out.
    pub(crate) fn take(&self) -> Boxed {
        self.0.take()
    }

    /// Adds what was taken elsewhere; where there is nothing yet it need not be copied.
    pub(crate) fn give(&self, taken: Boxed) {
        let mut boxed = self.0.take();
        if boxed.0.is_some() {
            boxed.fields_mut().extend(taken.fields());
            self.0.set(boxed);
        } else {
            self.0.set(taken);
        }
    }
}

/// Keeps a box for the next observation. Out of line, as most observations have none.
#[inline(never)]
fn keep(mut fields: Box<Fields>) {
    fields.entries.clear();
    fields.text.clear();
    fields.dropped = 0;
    if fields.text.capacity() > KEPT_TEXT {
        return;
    }
    free_list::push(&FREE, fields);
}

#[inline(never)]
#[expect(clippy::unnecessary_box_returns, reason = "it comes in its box, and goes back in it")]
fn spare() -> Box<Fields> {
    free_list::pop(&FREE).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Captures another field while it is formatted.
    struct Nosy<'a>(&'a Captured);

    impl fmt::Display for Nosy<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.push("inner", FieldValue::U64(1));
            f.write_str("nosy")
        }
    }

    fn names(fields: &Fields) -> Vec<&'static str> {
        fields.iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn text_stays_with_its_field() {
        let captured = Captured::default();
        captured.push("a", FieldValue::Text("one"));
        captured.push("b", FieldValue::Display(&2.5));
        captured.push("c", FieldValue::Empty);
        captured.push("d", FieldValue::Hash(10));
        let mut all = captured.take().fields().clone();
        all.extend(&all.clone());
        let expected = [("a", "one"), ("b", "2.5"), ("d", "000000000000000a")];
        let text = expected.map(|(name, text)| (name, FieldValue::Text(text)));
        let found: Vec<_> = all.iter().map(|(name, value)| format!("{name} {value:?}")).collect();
        let expected: Vec<_> =
            text.iter().chain(&text).map(|(name, value)| format!("{name} {value:?}")).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_captured_meanwhile_is_not_lost() {
        let captured = Captured::default();
        captured.push("outer", FieldValue::Display(&Nosy(&captured)));
        assert!(captured.has("inner"));
        assert_eq!(names(captured.take().fields()), ["outer", "inner"]);
        assert!(!captured.has("outer"));
    }

    #[test]
    fn neither_their_number_nor_their_text_is_unbounded() {
        let mut fields = Fields::default();
        let long = "x".repeat(100_000);
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
    fn a_box_is_used_again_empty() {
        let captured = Captured::default();
        captured.push("first", FieldValue::Bool(true));
        drop(captured.take());
        captured.push("second", FieldValue::Text("text"));
        let given = Captured::default();
        given.give(captured.take());
        captured.push("third", FieldValue::I64(-1));
        given.give(captured.take());
        assert_eq!(names(given.take().fields()), ["second", "third"]);
    }
}
