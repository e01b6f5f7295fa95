//! The captured fields of an observation, in a box that the next one reuses.

use std::cell::Cell;
use std::fmt;

use super::free_list::{self, FreeList};
use super::stored_fields::Fields;
use crate::declare::FieldValue;
use crate::declare::field::Constants;

/// Fields in a box, if there are any. The box returns to the thread's free list, so that a few
/// fields need no allocation.
#[derive(Debug, Default)]
pub(crate) struct Boxed(Option<Box<Fields>>);

thread_local! {
    static FREE: FreeList<Fields> = const { FreeList::new() };
}

/// The most text capacity that a free box retains, so that one huge field does not occupy memory
/// for ever.
const KEPT_TEXT: usize = 4096;

impl Boxed {
    pub(crate) fn fields(&self) -> &Fields {
        static NONE: Fields = Fields::new();
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

/// A cell that collects fields.
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

    /// Whether nothing was captured, or all of it was taken.
    #[inline]
    pub(crate) fn is_none(&self) -> bool {
        let boxed = self.0.take();
        let is_none = boxed.0.is_none();
        // There is nothing to be dropped, since the box was taken.
        std::mem::forget(self.0.replace(boxed));
        is_none
    }

    /// Adds a field through an exclusive reference.
    #[inline]
    pub(crate) fn add(&mut self, name: &'static str, value: FieldValue<'_>) {
        self.0.get_mut().fields_mut().push(name, value);
    }

    /// Adds fields whose values are literals, through an exclusive reference.
    #[inline]
    pub(crate) fn add_constants(&mut self, constants: Constants) {
        self.0.get_mut().fields_mut().push_constants(constants);
    }

    /// Adds fields whose values are literals.
    pub(crate) fn push_constants(&self, constants: Constants) {
        self.change(|fields| fields.push_constants(constants));
    }

    /// Adds a field. Nothing is borrowed while the value is formatted, because a `Display` may run
    /// any code.
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
        // Fields that the value's `Display` captured.
        if let Some(meanwhile) = &self.0.take().0 {
            boxed.fields_mut().extend(meanwhile);
        }
        self.0.set(boxed);
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.lend(|fields| fields.has(name))
    }

    /// Calls `look` with the fields; captures during the call are lost.
    pub(crate) fn lend<R>(&self, look: impl FnOnce(&Fields) -> R) -> R {
        let boxed = self.0.take();
        let seen = look(boxed.fields());
        self.0.set(boxed);
        seen
    }

    /// Takes the fields.
    pub(crate) fn take(&self) -> Boxed {
        self.0.take()
    }

    /// Appends fields that were taken elsewhere, without a copy if there are none here.
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

/// Returns a box to the free list. Not inlined, as most observations have none.
#[inline(never)]
fn keep(mut fields: Box<Fields>) {
    fields.clear();
    if fields.text_capacity() > KEPT_TEXT {
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

    #[test]
    fn a_box_that_was_full_counts_anew() {
        let captured = Captured::default();
        for number in 0..1000 {
            captured.push(format!("field {number}").leak(), FieldValue::Bool(true));
        }
        assert_eq!(captured.take().fields().dropped(), 1000 - 128);
        captured.push("one", FieldValue::Bool(true));
        assert_eq!(captured.take().fields().dropped(), 0);
    }

    #[test]
    fn long_text_says_that_it_was_cut() {
        let captured = Captured::default();
        let long = "x".repeat(100_000);
        captured.push("text", FieldValue::Text(&long));
        captured.push("display", FieldValue::Display(&long));
        for (name, value) in captured.take().fields().iter() {
            let FieldValue::Text(text) = value else { panic!("{value:?}") };
            assert!(text.len() < 5000 && text.ends_with("…[cut, 100000 bytes]"), "{name}: {text}");
        }
    }
}
