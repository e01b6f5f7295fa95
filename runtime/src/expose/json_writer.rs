//! Writes a JSON document, in few bytes of code: `serde` is no dependency of a program.

use std::fmt::Display;

use crate::log::buffer::Buffer;
use crate::log::escape::quote;

/// A JSON document that is being written.
#[derive(Default)]
pub(super) struct JsonWriter(Buffer);

impl JsonWriter {
    // Not inlined: the writer should be small in a program, and never has to be fast.
    #[inline(never)]
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.put(|reserved| reserved.bytes(bytes));
    }

    /// A value that is JSON.
    #[cfg(feature = "page")]
    pub(super) fn raw(&mut self, json: &str) {
        self.bytes(json.as_bytes());
    }

    #[inline(never)]
    pub(super) fn text(&mut self, text: &str) {
        self.0.put(|reserved| quote(reserved, text));
    }

    pub(super) fn texts(&mut self, texts: &[&str]) {
        self.list(texts, |json, text| json.text(text));
    }

    /// A finite number or a boolean: `Display` writes them as JSON does, and a number so that it is read back exactly.
    pub(super) fn plain(&mut self, value: impl Display) {
        self.bytes(value.to_string().as_bytes());
    }

    pub(super) fn optional(&mut self, value: Option<impl Display>) {
        match value {
            Some(value) => self.plain(value),
            None => self.bytes(b"null"),
        }
    }

    pub(super) fn object(&mut self, members: impl FnOnce(&mut Self)) {
        self.bytes(b"{");
        members(self);
        self.bytes(b"}");
    }

    #[inline(never)]
    pub(super) fn member(&mut self, name: &str) -> &mut Self {
        if !self.0.written().ends_with(b"{") {
            self.bytes(b",");
        }
        self.text(name);
        self.bytes(b":");
        self
    }

    pub(super) fn list<T>(&mut self, items: &[T], write: impl Fn(&mut Self, &T)) {
        self.bytes(b"[");
        for (number, item) in items.iter().enumerate() {
            if number > 0 {
                self.bytes(b",");
            }
            write(self, item);
        }
        self.bytes(b"]");
    }

    /// The document as a line.
    pub(super) fn line(self) -> String {
        let mut text = String::from_utf8_lossy(self.0.written()).into_owned();
        text.push('\n');
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_as_they_were_written() {
        let hostile = "a\"b\\c\nd é";
        let mut json = JsonWriter::default();
        json.object(|json| {
            json.member(hostile).text(hostile);
            json.member("{").plain(1.5);
        });
        let line = json.line();
        assert_eq!(line.matches('\n').count(), 1);
        let read: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(read, serde_json::json!({ hostile: hostile, "{": 1.5 }));
    }
}
