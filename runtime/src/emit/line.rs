//! One line: a flat JSON object in which no key occurs twice.

use std::fmt::{self, Write};
use std::ops::Range;

use super::escape::{Escaped, escape};
use super::timestamp::Timestamps;
use crate::observe::fields::FieldValue;

/// The keys that the layer itself writes. A field of such a name is written as `field.<name>`.
pub(crate) const RESERVED: [&str; 10] = [
    "timestamp",
    "level",
    "target",
    "message",
    "module",
    "function",
    "line",
    "request_id",
    "trace_id",
    "span_id",
];

/// A buffer that is larger than this is not kept for the next line.
const KEPT: usize = 64 * 1024;

/// A line that is being written.
#[derive(Debug)]
pub(crate) struct Line {
    text: String,
    fields: Vec<Entry>,
    pub(crate) timestamps: Timestamps,
}

/// A field in the text: all of it with the comma before it, and its key without quotes.
#[derive(Debug)]
struct Entry {
    whole: Range<usize>,
    key: Range<usize>,
}

impl Line {
    pub(crate) const fn new() -> Self {
        Self { text: String::new(), fields: Vec::new(), timestamps: Timestamps::new() }
    }

    /// Begins the line with its timestamp.
    pub(crate) fn begin(&mut self, now: std::time::SystemTime) {
        self.text.clear();
        self.fields.clear();
        self.text.push_str("{\"timestamp\":\"");
        self.timestamps.write(&mut self.text, now);
        self.text.push('"');
    }

    /// Writes one of the layer's own keys. `key` needs no escaping.
    pub(crate) fn own(&mut self, key: &'static str, write: impl FnOnce(&mut Value<'_>)) {
        self.text.push_str(",\"");
        self.text.push_str(key);
        self.text.push_str("\":");
        write(&mut Value(&mut self.text));
    }

    /// Writes a field. Of two fields with one name the later one stays.
    pub(crate) fn field(&mut self, name: &str, write: impl FnOnce(&mut Value<'_>)) {
        let name = name.strip_prefix("r#").unwrap_or(name);
        let prefix = if RESERVED.contains(&name) { "field." } else { "" };
        self.prefixed(prefix, name, write);
    }

    /// Writes a field as `<prefix><name>`.
    pub(crate) fn prefixed(
        &mut self,
        prefix: &str,
        name: &str,
        write: impl FnOnce(&mut Value<'_>),
    ) {
        let start = self.text.len();
        self.text.push_str(",\"");
        let key = self.text.len();
        self.text.push_str(prefix);
        escape(&mut self.text, name);
        let mut entry = Entry { whole: start..start, key: key..self.text.len() };
        let same = |earlier: &Entry| self.text[earlier.key.clone()] == self.text[entry.key.clone()];
        if let Some(earlier) = self.fields.iter().position(same) {
            let removed = self.remove(earlier);
            entry.move_back(removed);
        }
        self.text.push_str("\":");
        write(&mut Value(&mut self.text));
        entry.whole.end = self.text.len();
        self.fields.push(entry);
    }

    /// Takes a field out again; returns how long it was.
    fn remove(&mut self, index: usize) -> usize {
        let whole = self.fields.remove(index).whole;
        self.text.replace_range(whole.clone(), "");
        for later in &mut self.fields[index..] {
            later.move_back(whole.len());
        }
        whole.len()
    }

    /// Ends the line and gives its text, line break included.
    pub(crate) fn finish(&mut self) -> &str {
        self.text.push_str("}\n");
        &self.text
    }

    /// Whether the buffer is of a size to be kept.
    pub(crate) fn is_worth_keeping(&self) -> bool {
        self.text.capacity() <= KEPT
    }
}

impl Entry {
    fn move_back(&mut self, by: usize) {
        for range in [&mut self.whole, &mut self.key] {
            *range = range.start - by..range.end - by;
        }
    }
}

/// Where a value goes.
#[derive(Debug)]
pub(crate) struct Value<'a>(&'a mut String);

impl Value<'_> {
    /// A string.
    pub(crate) fn text(&mut self, text: &str) {
        self.0.push('"');
        escape(self.0, text);
        self.0.push('"');
    }

    /// A string, formatted in place. If formatting fails, what was written by then stays.
    pub(crate) fn format(&mut self, arguments: fmt::Arguments<'_>) {
        self.0.push('"');
        let _ = Escaped(self.0).write_fmt(arguments);
        self.0.push('"');
    }

    /// Something whose `Display` is JSON: a whole number, a truth value.
    pub(crate) fn plain(&mut self, value: impl fmt::Display) {
        let _ = write!(self.0, "{value}");
    }

    /// A number; JSON has no words for those that are not finite, so they are strings as in Prometheus'
    /// text format: `"NaN"`, `"+Inf"`, `"-Inf"`.
    pub(crate) fn number(&mut self, value: f64) {
        if value.is_finite() {
            // `Debug` knows exponents: 1e300 is not 300 digits.
            let _ = write!(self.0, "{value:?}");
        } else if value.is_nan() {
            self.text("NaN");
        } else {
            self.text(if value > 0.0 { "+Inf" } else { "-Inf" });
        }
    }

    /// A captured value. [`FieldValue::Empty`] is best left out.
    pub(crate) fn captured(&mut self, value: &FieldValue) {
        match value {
            FieldValue::Bool(value) => self.plain(value),
            FieldValue::I64(value) => self.plain(value),
            FieldValue::U64(value) => self.plain(value),
            FieldValue::F64(value) => self.number(*value),
            FieldValue::Text(text) => self.text(text),
            FieldValue::Empty => self.0.push_str("null"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::UNIX_EPOCH;

    const HEAD: &str = r#"{"timestamp":"1970-01-01T00:00:00.000000Z""#;

    fn line(write: impl FnOnce(&mut Line)) -> String {
        let mut line = Line::new();
        line.begin(UNIX_EPOCH);
        write(&mut line);
        line.finish().strip_prefix(HEAD).unwrap().to_owned()
    }

    #[test]
    fn values_are_json() {
        let text = line(|line| {
            line.own("line", |value| value.plain(7));
            line.field("text", |value| value.text("a\"b"));
            line.field("debug", |value| value.format(format_args!("{:?}", "x")));
            line.field("large", |value| value.number(1e300));
            line.field("nan", |value| value.number(f64::NAN));
            line.field("infinite", |value| value.number(f64::NEG_INFINITY));
        });
        assert_eq!(
            text,
            concat!(
                r#","line":7,"text":"a\"b","debug":"\"x\"","large":1e300,"#,
                r#""nan":"NaN","infinite":"-Inf"}"#,
                "\n"
            )
        );
    }

    #[test]
    fn fields_named_like_own_keys_are_renamed() {
        let text = line(|line| {
            line.own("level", |value| value.text("INFO"));
            line.field("level", |value| value.plain(1));
            line.field("r#type", |value| value.plain(2));
        });
        assert_eq!(text, concat!(r#","level":"INFO","field.level":1,"type":2}"#, "\n"));
    }

    #[test]
    fn of_two_fields_with_one_name_the_later_stays() {
        let text = line(|line| {
            line.field("level", |value| value.plain(1));
            line.field("a", |value| value.plain(22));
            line.field("b", |value| value.plain(333));
            line.field("a", |value| value.plain(4));
            line.field("field.level", |value| value.plain(5));
            line.field("b", |value| value.plain(6));
            line.field("c", |value| value.plain(7));
        });
        assert_eq!(text, concat!(r#","a":4,"field.level":5,"b":6,"c":7}"#, "\n"));
    }
}
