//! The fields of a line whose names are not known to be distinct: each name stands once.

use std::ops::Range;

use super::escape;
use super::log_line::LogLine;
use super::names::{Beside, bit, written, written_in_closing};
use crate::declare::FieldValue;

/// The position of a field in the line: the whole member with its comma, and its quoted name.
#[derive(Debug)]
pub(super) struct Member {
    whole: Range<usize>,
    name: Range<usize>,
}

impl LogLine {
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
        if taken & outer.names == 0 && self.out.len() + outer.out.len() <= self.limit {
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
    use crate::record::clock::Reading;
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
