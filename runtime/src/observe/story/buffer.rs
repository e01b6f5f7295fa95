//! The buffer of one story: its entries, and their values.

use std::fmt::{Debug, Write};
use std::ops::Range;

use tracing_core::field::{Field, Visit};
use tracing_core::{Event, Metadata};

use crate::declare::{FieldValue, Operation};
use crate::log::truncate::{self, Truncated};
use crate::observe::site::Site;
use crate::observe::verdict::Verdict;
use crate::record::clock::Reading;

/// The most entries of a story. Beyond it, the older half is left out.
pub(crate) const MOST: usize = 256;

/// The most bytes of values, like [`MOST`].
const BYTES: usize = 32 * 1024;

/// Beyond this many bytes of text, further text of an event is left out.
const LIMIT: usize = 56 * 1024;

/// How much a new buffer has room for: entries, values, bytes of text, and of members.
const FIRST: [usize; 4] = [16, 64, 512, 512];

/// How much a free one retains.
const KEPT: [usize; 4] = [64, 512, 8 * 1024, 8 * 1024];

/// The entries of a story, in the order in which they were written.
#[derive(Debug)]
pub(crate) struct StoryBuffer {
    entries: Vec<Entry>,
    /// The values of all events, one after the other.
    values: Vec<Value>,
    /// The text of all values.
    text: String,
    /// Members of JSON: those of events that the log has, and the fields of calls.
    members: Vec<u8>,
    dropped: u64,
    pub(crate) panic: Option<Box<Panic>>,
    /// The text of the last error, and those of its sources.
    pub(crate) error: Vec<String>,
}

/// Something that happened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// The time of an event, and the end of a call.
    pub(crate) at: Reading,
    pub(crate) what: What,
    /// In how many observed calls it happened.
    pub(crate) depth: u8,
    /// Whether the log has its line.
    pub(crate) is_logged: bool,
    values: Part,
    text: Part,
    members: Part,
    /// The end of the message among the members of JSON, or [`RAW`] if it has none.
    split: u32,
}

/// In place of a split.
const RAW: u32 = u32::MAX;

/// A range.
#[derive(Clone, Copy, Debug, Default)]
struct Part {
    start: u32,
    end: u32,
}

impl Part {
    fn of(range: Range<usize>) -> Self {
        Self { start: offset(range.start), end: offset(range.end) }
    }

    const fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    const fn moved(self, from: u32, to: u32) -> Self {
        Self { start: self.start - from + to, end: self.end - from + to }
    }
}

/// A story is shorter than 4 GiB.
#[expect(clippy::cast_possible_truncation, reason = "it has at most some 60 KiB")]
const fn offset(at: usize) -> u32 {
    at as u32
}

/// A value of an event: the index of its field, its kind, and the value or its range in the text.
#[derive(Clone, Copy, Debug)]
struct Value {
    bits: u64,
    field: u8,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Bool,
    I64,
    U64,
    F64,
    Text,
}

/// What happened.
#[derive(Clone, Copy, Debug)]
pub(crate) enum What {
    /// A `tracing` event, and the operation around it.
    Event { metadata: &'static Metadata<'static>, operation: Option<&'static Operation> },
    /// A call of an observed function, and how many nanoseconds it took.
    Call { site: &'static Site, elapsed: u64, verdict: Verdict },
}

/// A panic.
#[derive(Clone, Debug)]
pub(crate) struct Panic {
    pub(crate) message: String,
    pub(crate) location: String,
    pub(crate) backtrace: String,
}

/// Where an entry happened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) depth: u8,
    pub(crate) operation: Option<&'static Operation>,
}

/// The values of an entry.
pub(crate) enum Values<'a> {
    /// Of an event: the indices of its fields, and their values.
    Raw(RawValues<'a>),
    /// Members of JSON: the message, and the fields.
    Members(&'a [u8], &'a [u8]),
}

/// The values of an event.
#[derive(Clone, Copy)]
pub(crate) struct RawValues<'a> {
    values: &'a [Value],
    text: &'a str,
}

impl<'a> RawValues<'a> {
    pub(crate) fn iter(self) -> impl Iterator<Item = (usize, FieldValue<'a>)> + Clone {
        self.values.iter().map(move |Value { bits, field, kind }| {
            let value = match kind {
                Kind::Bool => FieldValue::Bool(*bits != 0),
                Kind::I64 => FieldValue::I64(i64::from_ne_bytes(bits.to_ne_bytes())),
                Kind::U64 => FieldValue::U64(*bits),
                Kind::F64 => FieldValue::F64(f64::from_bits(*bits)),
                Kind::Text => FieldValue::Text(self.text.get(range(*bits)).unwrap_or_default()),
            };
            (usize::from(*field), value)
        })
    }
}

/// A range in the text: its start, and its end in the upper half.
const fn bits(range: Range<usize>) -> u64 {
    offset(range.start) as u64 | (offset(range.end) as u64) << 32
}

#[expect(clippy::cast_possible_truncation, reason = "either half")]
const fn range(bits: u64) -> Range<usize> {
    bits as u32 as usize..(bits >> 32) as usize
}

impl Default for StoryBuffer {
    fn default() -> Self {
        let [entries, values, text, members] = FIRST;
        Self {
            entries: Vec::with_capacity(entries),
            values: Vec::with_capacity(values),
            text: String::with_capacity(text),
            members: Vec::with_capacity(members),
            dropped: 0,
            panic: None,
            error: Vec::new(),
        }
    }
}

impl StoryBuffer {
    /// Adds an event whose line the log does not have. Its values are written as they are.
    #[inline]
    pub(crate) fn add_event(&mut self, event: &Event<'_>, place: Place) {
        let at = Reading::now();
        let (values, text) = self.begin();
        event.record(&mut Recorder { values: &mut self.values, text: &mut self.text });
        let what = What::Event { metadata: event.metadata(), operation: place.operation };
        let values = Part::of(values..self.values.len());
        let text = Part::of(text..self.text.len());
        let members = Part::of(self.members.len()..self.members.len());
        let (depth, is_logged, split) = (place.depth, false, RAW);
        self.end(Entry { at, what, depth, is_logged, values, text, members, split });
    }

    /// Adds an entry whose values are members of JSON: the message, and the fields.
    pub(crate) fn add(
        &mut self,
        (at, what): (Reading, What),
        depth: u8,
        is_logged: bool,
        (message, fields): (&[u8], &[u8]),
    ) {
        let (values, text) = self.begin();
        let start = self.members.len();
        self.members.extend_from_slice(message);
        let split = offset(self.members.len());
        self.members.extend_from_slice(fields);
        let (values, text) = (Part::of(values..values), Part::of(text..text));
        let members = Part::of(start..self.members.len());
        self.end(Entry { at, what, depth, is_logged, values, text, members, split });
    }

    /// Begins an entry; returns where its values and its text begin.
    #[inline]
    fn begin(&mut self) -> (usize, usize) {
        let (values, text) = match self.entries.last() {
            Some(last) => (last.values.end as usize, last.text.end as usize),
            None => (0, 0),
        };
        if self.text.len() != text || self.values.len() != values {
            // Of an entry that panicked while it was written.
            self.values.truncate(values);
            self.text.truncate(text);
        }
        (values, text)
    }

    #[inline]
    fn end(&mut self, entry: Entry) {
        self.entries.push(entry);
        if self.size() > BYTES || self.entries.len() >= MOST {
            self.leave_out();
        }
    }

    #[inline]
    fn size(&self) -> usize {
        self.text.len() + self.members.len() + size_of::<Value>() * self.values.len()
    }

    /// Leaves the older entries out, because the later ones tell more about the end.
    #[cold]
    #[inline(never)]
    fn leave_out(&mut self) {
        let all = [self.values.len(), self.text.len(), self.members.len()];
        let left = |entry: &Entry| {
            let [values, text, members] = entry.starts().map(|start| start as usize);
            let values = size_of::<Value>() * (all[0] - values);
            values + all[1] - text + all[2] - members
        };
        let by_size = self.entries.iter().position(|entry| left(entry) <= BYTES / 2);
        // The last one stays in any case.
        let last = self.entries.len().saturating_sub(1);
        let count = by_size.unwrap_or(last).max(self.entries.len().saturating_sub(MOST / 2));
        let cut = self.entries.get(count).map_or(all.map(offset), Entry::starts);
        self.entries.drain(..count);
        self.values.drain(..cut[0] as usize);
        self.text.drain(..cut[1] as usize);
        self.members.drain(..cut[2] as usize);
        for value in self.values.iter_mut().filter(|value| matches!(value.kind, Kind::Text)) {
            let Range { start, end } = range(value.bits);
            value.bits = bits(start - cut[1] as usize..end - cut[1] as usize);
        }
        for entry in &mut self.entries {
            *entry = entry.moved(cut, [0; 3]);
        }
        self.dropped += count as u64;
    }

    /// Adds the entries of another story, which happened within `depth` calls.
    pub(crate) fn absorb(&mut self, other: &Self, depth: u8) {
        for (entry, _) in other.entries() {
            let (values, text) = self.begin();
            let (from, members) = (entry.starts(), self.members.len());
            let others = other.members.get(entry.members.range()).unwrap_or_default();
            self.members.extend_from_slice(others);
            self.text.push_str(other.text.get(entry.text.range()).unwrap_or_default());
            let others = other.values.get(entry.values.range()).unwrap_or_default();
            self.values.extend(others.iter().map(|value| match value.kind {
                Kind::Text => {
                    let Range { start, end } = range(value.bits);
                    let at = |at: usize| at - from[1] as usize + text;
                    Value { bits: bits(at(start)..at(end)), ..*value }
                }
                _ => *value,
            }));
            let entry = entry.moved(from, [values, text, members].map(offset));
            self.end(Entry { depth: entry.depth.saturating_add(depth), ..entry });
        }
        self.dropped += other.dropped;
        if other.panic.is_some() {
            self.panic.clone_from(&other.panic);
        }
        if !other.error.is_empty() {
            self.error.clone_from(&other.error);
        }
    }

    /// Removes all entries.
    #[inline]
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.values.clear();
        self.text.clear();
        self.members.clear();
        self.dropped = 0;
        self.panic = None;
        self.error.clear();
        let [entries, values, text, members] = KEPT;
        if self.entries.capacity() > entries
            || self.values.capacity() > values
            || self.text.capacity() > text
            || self.members.capacity() > members
        {
            self.entries.shrink_to(entries);
            self.values.shrink_to(values);
            self.text.shrink_to(text);
            self.members.shrink_to(members);
        }
    }

    /// The entries with their values, in the order in which they were written.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&Entry, Values<'_>)> {
        self.entries.iter().map(|entry| {
            if entry.split == RAW {
                let values = self.values.get(entry.values.range()).unwrap_or_default();
                return (entry, Values::Raw(RawValues { values, text: &self.text }));
            }
            let members = self.members.get(entry.members.range()).unwrap_or_default();
            let split = (entry.split - entry.members.start) as usize;
            let (message, fields) = members.split_at_checked(split).unwrap_or_default();
            (entry, Values::Members(message, fields))
        })
    }

    /// How many entries were left out.
    pub(crate) const fn dropped(&self) -> u64 {
        self.dropped
    }
}

impl Entry {
    /// The same entry in a text that has the members of JSON of all entries.
    pub(crate) fn in_text(self, members: Range<usize>, split: usize) -> Self {
        let none = Part::default();
        let (members, split) = (Part::of(members), offset(split));
        Self { values: none, text: none, members, split, ..self }
    }

    /// Its members of JSON among those of all entries: its message, and its fields.
    pub(crate) fn members<'a>(&self, text: &'a str) -> (&'a str, &'a str) {
        let members = text.get(self.members.range()).unwrap_or_default();
        let split = self.split.saturating_sub(self.members.start) as usize;
        members.split_at_checked(split).unwrap_or_default()
    }

    const fn starts(&self) -> [u32; 3] {
        [self.values.start, self.text.start, self.members.start]
    }

    const fn moved(self, from: [u32; 3], to: [u32; 3]) -> Self {
        let split = if self.split == RAW { RAW } else { self.split - from[2] + to[2] };
        Self {
            values: self.values.moved(from[0], to[0]),
            text: self.text.moved(from[1], to[1]),
            members: self.members.moved(from[2], to[2]),
            split,
            ..self
        }
    }
}

/// Writes the values of an event.
struct Recorder<'a> {
    values: &'a mut Vec<Value>,
    text: &'a mut String,
}

impl Recorder<'_> {
    #[inline]
    fn put(&mut self, field: &Field, kind: Kind, bits: u64) {
        #[expect(clippy::cast_possible_truncation, reason = "an event has at most 32 fields")]
        let field = field.index() as u8;
        self.values.push(Value { bits, field, kind });
    }

    #[inline]
    fn put_text(&mut self, field: &Field, write: impl FnOnce(&mut String)) {
        let start = self.text.len();
        if start <= LIMIT {
            write(self.text);
            self.put(field, Kind::Text, bits(start..self.text.len()));
        }
    }
}

impl Visit for Recorder<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, Kind::F64, value.to_bits());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, Kind::I64, u64::from_ne_bytes(value.to_ne_bytes()));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, Kind::U64, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, Kind::Bool, value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put_text(field, |text| truncate::push(text, value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.put_text(field, |text| {
            let mut out = Truncated::new(text);
            // A value may return an error; the text that it wrote before stays.
            let _ = write!(out, "{value:?}");
            out.end();
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declare::{Operation, SourceLocation};

    static SITE: Site = Site::new(Operation::new("story", SourceLocation::new("s.rs", 1, "m")));

    fn call() -> (Reading, What) {
        (Reading::now(), What::Call { site: &SITE, elapsed: 1, verdict: Verdict::OK })
    }

    fn add(story: &mut StoryBuffer, message: &str, fields: &str) {
        story.add(call(), 0, false, (message.as_bytes(), fields.as_bytes()));
    }

    /// An entry with raw values, as an event has.
    fn add_raw(story: &mut StoryBuffer, number: u64, text: &str) {
        let (values, start) = story.begin();
        story.values.push(Value { bits: number, field: 0, kind: Kind::U64 });
        story.text.push_str(text);
        let bits = bits(start..story.text.len());
        story.values.push(Value { bits, field: 1, kind: Kind::Text });
        let (at, what) = call();
        let values = Part::of(values..story.values.len());
        let text = Part::of(start..story.text.len());
        let members = Part::of(story.members.len()..story.members.len());
        let (depth, is_logged, split) = (1, false, RAW);
        story.end(Entry { at, what, depth, is_logged, values, text, members, split });
    }

    fn told(story: &StoryBuffer) -> Vec<String> {
        let values = |values| match values {
            Values::Members(message, fields) => {
                String::from_utf8([message, b"|", fields].concat()).unwrap()
            }
            Values::Raw(values) => {
                let values = values.iter().map(|(field, value)| format!("{field}={value:?} "));
                values.collect::<Vec<_>>().concat()
            }
        };
        story.entries().map(|(entry, found)| format!("{} {}", entry.depth, values(found))).collect()
    }

    #[test]
    fn values_are_read_as_they_were_written() {
        let (mut story, mut other) = (StoryBuffer::default(), StoryBuffer::default());
        add(&mut story, "one", ",\"a\":1");
        add_raw(&mut story, 7, "two");
        add(&mut other, "", "three");
        add_raw(&mut other, 8, "four");
        story.absorb(&other, 2);
        let expected = ["0 one|,\"a\":1", "1 0=7 1=\"two\" ", "2 |three", "3 0=8 1=\"four\" "];
        assert_eq!(told(&story), expected);
        story.clear();
        assert!(told(&story).is_empty());
    }

    #[test]
    fn neither_entries_nor_values_are_unbounded() {
        let mut story = StoryBuffer::default();
        for number in 0..10_000 {
            add_raw(&mut story, number, "");
        }
        let found = told(&story);
        assert!((MOST / 2..=MOST).contains(&found.len()));
        assert_eq!(found.last().unwrap(), "1 0=9999 1=\"\" ");
        assert_eq!(story.dropped() + found.len() as u64, 10_000);
        let long = "ä".repeat(2000);
        for number in 0..100 {
            add_raw(&mut story, number, &long);
            assert!(story.size() <= BYTES);
        }
        assert!(told(&story).iter().all(|entry| entry.contains(&long)));
        add(&mut story, &"x".repeat(2 * BYTES), "");
        assert_eq!(told(&story).len(), 1, "the last one stays, however long it is");
        add(&mut story, "next", "");
        assert_eq!(told(&story), ["0 next|"]);
        story.clear();
        assert!(story.members.capacity() <= KEPT[3] && story.dropped() == 0);
    }

    #[test]
    fn an_entry_that_was_not_ended_leaves_nothing() {
        let mut story = StoryBuffer::default();
        add_raw(&mut story, 1, "whole");
        story.begin();
        story.text.push_str("half");
        story.values.push(Value { bits: 5, field: 3, kind: Kind::Bool });
        add_raw(&mut story, 2, "next");
        assert_eq!(told(&story), ["1 0=1 1=\"whole\" ", "1 0=2 1=\"next\" "]);
    }
}
