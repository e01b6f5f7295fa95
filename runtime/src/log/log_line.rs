//! One line of the log: a flat JSON object with unique names.

use std::fmt::{self, Debug, Write};
use std::ops::Range;

use super::buffer::{Buffer, Reserved};
use super::callsite::FIXED;
use super::key::Key;
use super::truncate::{self, Escaped};
use super::{escape, number, stamp};
use crate::declare::FieldValue;
use crate::record::clock::Reading;

/// A JSON object being written. Its buffers are reused for the next line.
#[derive(Debug)]
pub(crate) struct LogLine {
    out: Buffer,
    /// The event's fields so far.
    fields: Vec<Member>,
    /// The name bits of the fields, so that only probable duplicates are searched for.
    names: u64,
    /// How many fields were left out because the line was full.
    dropped: u64,
}

/// The position of a field in the line: the whole member with its comma, and its quoted name.
#[derive(Debug)]
struct Member {
    whole: Range<usize>,
    name: Range<usize>,
}

/// The most capacity that a line's buffer retains after a huge line.
const KEPT: usize = 64 * 1024;

/// Whether lines have a member of their own with this name. A field of that name is renamed in
/// every line, not only in lines that have the member.
fn is_own(name: &str) -> bool {
    // The length decides first, so that a name is compared with one or two others.
    match name.len() {
        4 => name == "line",
        5 => matches!(name, "level" | "spans"),
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

/// The member that counts the fields that were left out.
const DROPPED: &str = "dropped_fields";

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

impl LogLine {
    pub(crate) const fn new() -> Self {
        Self { out: Buffer::new(), fields: Vec::new(), names: 0, dropped: 0 }
    }

    /// Builds a constant part of lines.
    pub(crate) fn part(write: impl FnOnce(&mut Self)) -> Box<[u8]> {
        let mut line = Self::new();
        write(&mut line);
        line.out.written().into()
    }

    /// Begins a line with its time.
    #[inline]
    pub(crate) fn begin(&mut self, time: Reading) {
        // Later lines do not retain the memory of a huge one.
        self.out.clear(KEPT);
        self.out.put(|reserved| stamp::begin(reserved, time));
        self.fields.clear();
        self.names = 0;
        self.dropped = 0;
    }

    /// Ends the line.
    pub(crate) fn end(&mut self) -> &[u8] {
        if self.dropped > 0 {
            self.number(DROPPED, self.dropped);
        }
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

    /// Truncates the line to a length.
    pub(crate) const fn truncate(&mut self, len: usize) {
        self.out.truncate(len);
    }

    /// Writes one of the line's own members; its name needs no escape.
    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.put(|reserved| text(reserved, name, value));
    }

    /// Like [`text`](Self::text), for a number.
    pub(crate) fn number(&mut self, name: &str, value: impl Into<u64>) {
        let value = value.into();
        self.put(|reserved| number(reserved, name, value));
    }

    /// Writes a field of the event, after the line's own members. Of two fields with the same name
    /// the later one stays; an empty value is left out.
    #[inline]
    pub(crate) fn field(&mut self, name: &str, value: FieldValue<'_>) {
        self.put_once(written(name), value);
    }

    /// Like [`field`](Self::field), for closing lines.
    pub(crate) fn closing_field(&mut self, name: &str, value: FieldValue<'_>) {
        self.put_once(written_in_closing(name), value);
    }

    /// Counts fields that were left out.
    pub(crate) const fn drop_fields(&mut self, count: u64) {
        self.dropped += count;
    }

    fn put_once(&mut self, (prefix, name): (&str, &str), value: FieldValue<'_>) {
        if matches!(value, FieldValue::Empty) {
            return;
        }
        let start = self.out.len();
        let quote = start + 1;
        self.put(|reserved| {
            let reserved = reserved.bytes(b",\"")?.bytes(prefix.as_bytes())?;
            escape::push(reserved, name)?.bytes(b"\":")
        });
        // Compares the name without the colon, because a prefix may precede it.
        let mut member = Member { whole: start..start, name: quote..self.out.len() - 1 };
        let bit = bit(&self.out.written()[member.name.clone()]);
        if self.names & bit != 0 {
            member.move_back(self.remove(&member.name));
        }
        self.names |= bit;
        self.value(value);
        member.whole.end = self.out.len();
        if self.keeps(member.whole.start) {
            self.fields.push(member);
        }
    }

    /// Writes the fields of an enclosing span. A field whose name the line contains already is left
    /// out.
    pub(crate) fn outer_fields(&mut self, outer: &Self, beside: Beside) {
        let taken = self.names | beside.names;
        if taken & outer.names == 0 && self.out.len() + outer.out.len() <= truncate::LINE {
            self.put(|reserved| reserved.bytes(outer.out.written()));
            self.names |= outer.names;
            return;
        }
        for member in &outer.fields {
            let name = &outer.out.written()[member.name.clone()];
            if taken & bit(name) != 0 && (beside.has(name) || self.has(name)) {
                continue;
            }
            let start = self.out.len();
            self.put(|reserved| reserved.bytes(&outer.out.written()[member.whole.clone()]));
            if self.keeps(start) {
                self.names |= bit(name);
            }
        }
    }

    /// Whether the line has a member with this quoted name. Within a value a quote follows a
    /// backslash, so a quoted text between a comma and a colon is always a name.
    fn has(&self, name: &[u8]) -> bool {
        let is_it = |part: &[u8]| {
            part[0] == b',' && part[part.len() - 1] == b':' && &part[1..part.len() - 1] == name
        };
        self.out.written().windows(name.len() + 2).any(is_it)
    }

    /// Replaces fields by those of the same names in `later`.
    pub(crate) fn replace_by(&mut self, later: &Self) {
        for Member { whole, name } in &later.fields {
            let (from, start) = (whole.start, self.out.len());
            self.put(|reserved| reserved.bytes(&later.out.written()[whole.clone()]));
            let moved = |range: &Range<usize>| start + range.start - from..start + range.end - from;
            let mut member = Member { whole: moved(whole), name: moved(name) };
            let bit = bit(&self.out.written()[member.name.clone()]);
            if self.names & bit != 0 {
                member.move_back(self.remove(&member.name));
            }
            self.names |= bit;
            self.fields.push(member);
        }
    }

    /// Frees the unused capacity.
    pub(crate) fn shrink(&mut self) {
        self.out.shrink();
        self.fields.shrink_to_fit();
    }

    /// Whether the line is still short enough after the field written at `start`. If not, removes
    /// the field and counts it.
    #[inline]
    fn keeps(&mut self, start: usize) -> bool {
        let fits = self.out.len() <= truncate::LINE;
        if !fits {
            self.out.truncate(start);
            self.dropped += 1;
        }
        fits
    }

    /// Whether the line exceeds the limit.
    #[inline]
    pub(crate) const fn is_over(&self) -> bool {
        self.out.len() > truncate::LINE
    }

    /// Removes the earlier field whose name is at `name`; returns its length.
    fn remove(&mut self, name: &Range<usize>) -> usize {
        let out = self.out.written();
        let same = |earlier: &Member| out[earlier.name.clone()] == out[name.clone()];
        let Some(index) = self.fields.iter().position(same) else { return 0 };
        let whole = self.fields.remove(index).whole;
        for later in &mut self.fields[index..] {
            later.move_back(whole.len());
        }
        let len = whole.len();
        self.out.remove(whole);
        len
    }

    /// Writes a member with a prepared key.
    #[inline]
    pub(crate) fn member(&mut self, key: &Key, value: FieldValue<'_>) {
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
            plain => self.put(|reserved| self::plain(reserved, plain)),
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

/// Whether [`plain`] can write the value.
#[inline]
fn is_written_at_once(value: &FieldValue<'_>) -> bool {
    match value {
        FieldValue::Display(_) | FieldValue::Debug(_) | FieldValue::Hash(_) => false,
        FieldValue::Text(text) => text.len() <= truncate::SHORT,
        _ => true,
    }
}

/// Writes a value that needs no formatting; any other value writes nothing.
#[inline(always)]
#[expect(clippy::inline_always, reason = "what kind of value it is, most who ask know")]
pub(crate) fn plain<'a>(reserved: Reserved<'a>, value: FieldValue<'_>) -> Option<Reserved<'a>> {
    match value {
        FieldValue::Bool(true) => reserved.block(b"true", 4),
        FieldValue::Bool(false) => reserved.block(b"false", 5),
        FieldValue::I64(value) => {
            let reserved = if value < 0 { reserved.bytes(b"-")? } else { reserved };
            number::push(reserved, value.unsigned_abs())
        }
        FieldValue::U64(value) => number::push(reserved, value),
        FieldValue::F64(value) => number::push_f64(reserved, value),
        FieldValue::Text(value) => escape::quote(reserved, value),
        FieldValue::Display(_) | FieldValue::Debug(_) | FieldValue::Hash(_) | FieldValue::Empty => {
            Some(reserved)
        }
    }
}

/// Writes one of the line's own members; its name needs no escape.
#[inline]
pub(crate) fn text<'a>(reserved: Reserved<'a>, name: &str, value: &str) -> Option<Reserved<'a>> {
    escape::quote(self::name(reserved, name)?, value)
}

/// Like [`text`], for a number.
#[inline]
pub(crate) fn number<'a>(reserved: Reserved<'a>, name: &str, value: u64) -> Option<Reserved<'a>> {
    number::push(self::name(reserved, name)?, value)
}

#[inline]
fn name<'a>(reserved: Reserved<'a>, name: &str) -> Option<Reserved<'a>> {
    reserved.bytes(b",\"")?.bytes(name.as_bytes())?.bytes(b"\":")
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
    fn has(self, quoted_name: &[u8]) -> bool {
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

impl Member {
    fn move_back(&mut self, by: usize) {
        for range in [&mut self.whole, &mut self.name] {
            *range = range.start - by..range.end - by;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(write: impl FnOnce(&mut LogLine)) -> String {
        without_time(&mut LogLine::new(), write)
    }

    fn without_time(line: &mut LogLine, write: impl FnOnce(&mut LogLine)) -> String {
        line.begin(Reading::now());
        let begun = line.len();
        write(line);
        let text = String::from_utf8(line.end()[begun..].to_vec()).unwrap();
        format!("{{{}", text.trim_start_matches(','))
    }

    #[test]
    fn no_name_is_written_twice() {
        let text = line(|line| {
            line.text("level", "INFO");
            line.field("level", FieldValue::U64(1));
            line.field("a", FieldValue::F64(f64::NAN));
            line.field("a", FieldValue::U64(2));
            line.field("b", FieldValue::Empty);
        });
        assert_eq!(text, "{\"level\":\"INFO\",\"field.level\":1,\"a\":2}\n");
    }

    #[test]
    fn the_later_of_two_stays_and_moves_nothing_else() {
        let text = line(|line| {
            line.text("level", "INFO");
            let fields = [("level", 1), ("b", 22), ("a", 333), ("b", 4), ("field.level", 5)];
            for (name, value) in fields.into_iter().chain([("a", 6), ("r#type", 7)]) {
                line.field(name, FieldValue::U64(value));
            }
            line.field("nan", FieldValue::F64(f64::NAN));
            line.closing_field("status", FieldValue::Debug(&"a"));
        });
        let fields = "\"b\":4,\"field.level\":5,\"a\":6,\"type\":7,\"nan\":\"NaN\"";
        let status = r#""field.status":"\"a\"""#;
        assert_eq!(text, format!("{{\"level\":\"INFO\",{fields},{status}}}\n"));
    }

    #[test]
    fn a_line_is_begun_anew() {
        let mut line = LogLine::new();
        for _ in 0..2 {
            let text = without_time(&mut line, |line| line.field("a", FieldValue::Bool(true)));
            assert_eq!(text, "{\"a\":true}\n");
        }
    }

    proptest! {
        #[test]
        fn no_value_breaks_out(name in "[a-z.]{1,8}", value: String) {
            let text = line(|line| line.field(&name, FieldValue::Text(&value)));
            let formatted = line(|line| line.field(&name, FieldValue::Display(&value)));
            prop_assert_eq!(&text, &formatted);
            prop_assert_eq!(text.matches('\n').count(), 1);
            let line_ends = ['\u{2028}', '\u{2029}', '\u{85}', '\r'];
            prop_assert!(!text.contains(line_ends));
            let parsed: serde_json::Value = serde_json::from_str(&text).unwrap();
            let name = parsed.as_object().unwrap().keys().next().unwrap();
            prop_assert_eq!(parsed[name].as_str(), Some(value.as_str()));
        }

        #[test]
        fn of_any_names_each_stands_once(names in prop::collection::vec("[a-c]{1,2}", 0..12)) {
            let text = line(|line| {
                line.number("line", 7_u64);
                for (number, name) in names.iter().enumerate() {
                    line.field(name, FieldValue::U64(number as u64));
                }
            });
            let parsed: std::collections::HashMap<String, u64> = serde_json::from_str(&text).unwrap();
            let expected = names.iter().enumerate().map(|(number, name)| (name.clone(), number as u64));
            let expected = expected.chain([("line".to_owned(), 7)]);
            prop_assert_eq!(&parsed, &expected.collect());
            prop_assert_eq!(text.matches(':').count(), parsed.len());
        }
    }
}
