//! One line of the log: a flat JSON object with unique names.

use std::fmt::{self, Debug, Write};
use std::ops::Range;

use super::buffer::{Buffer, Reserved};
use super::key::Key;
use super::names::DROPPED;
use super::truncate::{self, Escaped};
use super::unique_fields::Member;
use super::value::{self, is_written_at_once, plain};
use super::{escape, stamp};
use crate::declare::FieldValue;
use crate::record::clock::Reading;

/// A JSON object being written. Its buffers are reused for the next line.
#[derive(Debug)]
pub(crate) struct LogLine {
    pub(super) out: Buffer,
    /// The event's fields so far.
    pub(super) fields: Vec<Member>,
    /// The name bits of the fields, so that only probable duplicates are searched for.
    pub(super) names: u64,
    /// How many fields were left out because the line was full.
    dropped: u64,
    /// The length beyond which fields are left out.
    pub(super) limit: usize,
}

/// The most capacity that a line's buffer retains after a huge line.
const KEPT: usize = 64 * 1024;

impl LogLine {
    pub(crate) const fn new() -> Self {
        Self::with_limit(truncate::LINE)
    }

    /// A line that leaves fields out beyond this length.
    pub(crate) const fn with_limit(limit: usize) -> Self {
        Self { out: Buffer::new(), fields: Vec::new(), names: 0, dropped: 0, limit }
    }

    /// Builds a constant part of lines.
    pub(crate) fn part(write: impl FnOnce(&mut Self)) -> Box<[u8]> {
        let mut line = Self::new();
        write(&mut line);
        line.out.written().into()
    }

    /// Builds members of lines, without the fields beyond a length.
    #[cfg(feature = "telemetry")]
    pub(crate) fn bounded_part(limit: usize, write: impl FnOnce(&mut Self)) -> Box<[u8]> {
        let mut line = Self::with_limit(limit);
        write(&mut line);
        line.end_fields();
        line.out.written().into()
    }

    /// Begins a line with its time.
    #[inline]
    pub(crate) fn begin(&mut self, time: Reading) {
        // Later lines do not retain the memory of a huge one.
        self.out.clear(KEPT);
        self.out.put(|reserved| stamp::begin(reserved, time));
        self.begin_fields();
    }

    /// Begins the fields of an event.
    #[inline]
    pub(crate) fn begin_fields(&mut self) {
        self.fields.clear();
        self.names = 0;
        self.dropped = 0;
    }

    /// Ends the fields of an event.
    #[inline]
    pub(crate) fn end_fields(&mut self) {
        if self.dropped > 0 {
            self.number(DROPPED, self.dropped);
        }
    }

    /// Ends the line.
    pub(crate) fn end(&mut self) -> &[u8] {
        self.end_fields();
        self.put(|reserved| reserved.bytes(b"}\n"));
        self.out.written()
    }

    /// Appends part of a well-formed JSON object: see [`Buffer::put`].
    #[inline]
    pub(crate) fn put(&mut self, write: impl Fn(Reserved<'_>) -> Option<Reserved<'_>>) {
        self.out.put(write);
    }

    /// Like [`put`](Self::put), for a `write` that also returns a result.
    #[inline]
    pub(crate) fn put_and<R>(
        &mut self,
        write: impl Fn(Reserved<'_>) -> Option<(Reserved<'_>, R)>,
    ) -> R {
        self.out.put_and(write)
    }

    /// The current length.
    pub(crate) const fn len(&self) -> usize {
        self.out.len()
    }

    /// The text from `start` on.
    pub(crate) fn since(&self, start: usize) -> &[u8] {
        &self.out.written()[start..]
    }

    /// A part of the text.
    pub(crate) fn part_of(&self, range: Range<usize>) -> &[u8] {
        self.out.written().get(range).unwrap_or_default()
    }

    /// Truncates the line to a length.
    pub(crate) const fn truncate(&mut self, len: usize) {
        self.out.truncate(len);
    }

    /// Writes one of the line's own members; its name needs no escape.
    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.put(|reserved| value::text(reserved, name, value));
    }

    /// Like [`text`](Self::text), for a number.
    pub(crate) fn number(&mut self, name: &str, value: impl Into<u64>) {
        let number = value.into();
        self.put(|reserved| value::number(reserved, name, number));
    }

    /// Counts fields that were left out.
    pub(crate) const fn drop_fields(&mut self, count: u64) {
        self.dropped += count;
    }

    /// Frees the unused capacity.
    pub(crate) fn shrink(&mut self) {
        self.out.shrink();
        self.fields.shrink_to_fit();
    }

    /// Whether the line is still short enough after the field written at `start`. If not, removes
    /// the field and counts it.
    #[inline]
    pub(super) fn keeps(&mut self, start: usize) -> bool {
        let fits = self.out.len() <= self.limit;
        if !fits {
            self.out.truncate(start);
            self.dropped += 1;
        }
        fits
    }

    /// Whether the line exceeds the limit.
    #[inline]
    pub(crate) const fn is_over(&self) -> bool {
        self.out.len() > self.limit
    }

    /// Writes a member with a prepared key.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "what kind of value it is, callers know")]
    pub(crate) fn member(&mut self, key: &Key, value: FieldValue<'_>) {
        let is_written = is_written_at_once(&value)
            && self
                .out
                .put_if(|reserved| Some((value::member(reserved, key, value)?, true)))
                .is_some();
        if !is_written {
            self.long_member(key, value);
        }
    }

    /// Like [`member`](Self::member), for any value and where the capacity was too small.
    #[inline(never)]
    fn long_member(&mut self, key: &Key, value: FieldValue<'_>) {
        // Short values cannot exceed the limit, however many an event has.
        if is_written_at_once(&value) {
            return self.put(|reserved| plain(key.push(reserved)?, value));
        }
        let start = self.out.len();
        self.put(|reserved| key.push(reserved));
        self.value(value);
        self.keeps(start);
    }

    /// Writes the message of an event.
    #[inline]
    pub(crate) fn message(&mut self, value: FieldValue<'_>) {
        if let FieldValue::Debug(value) = value {
            // The form that `tracing`'s macros produce.
            self.put(|reserved| reserved.bytes(b",\"message\":\""));
            return self.formatted(|out| write!(out, "{value:?}"));
        }
        self.put(|reserved| reserved.bytes(b",\"message\":"));
        self.value(match value {
            FieldValue::Text(_) | FieldValue::Display(_) => value,
            // A message is always text.
            _ => FieldValue::Debug(&value),
        });
    }

    /// Writes a value after its name.
    pub(crate) fn value(&mut self, value: FieldValue<'_>) {
        match value {
            FieldValue::Display(value) => self.quoted(|out| write!(out, "{value}")),
            FieldValue::Debug(value) => self.quoted(|out| write!(out, "{value:?}")),
            FieldValue::Hash(hash) => self.quoted(|out| write!(out, "{hash:016x}")),
            FieldValue::Text(text) if text.len() > truncate::SHORT => self.long_text(text),
            at_once => self.put(|reserved| plain(reserved, at_once)),
        }
    }

    #[cold]
    fn long_text(&mut self, text: &str) {
        let fitting = truncate::fitting(text);
        if fitting.is_none() {
            return self.put(|reserved| escape::quote(reserved, text));
        }
        self.quoted(|out| out.write_str(text));
    }

    /// A `Display` may return an error. The text that it wrote before stays. `format!` would panic,
    /// and abort an unrelated request.
    #[inline]
    fn quoted(&mut self, write: impl FnOnce(&mut Escaped<'_>) -> fmt::Result) {
        self.put(|reserved| reserved.bytes(b"\""));
        self.formatted(write);
    }

    /// Like [`quoted`](Self::quoted), after the opening quote.
    #[inline]
    fn formatted(&mut self, write: impl FnOnce(&mut Escaped<'_>) -> fmt::Result) {
        let mut out = Escaped::new(&mut self.out);
        let _ = write(&mut out);
        out.end();
        self.put(|reserved| reserved.bytes(b"\""));
    }
}
