//! Reads the members of a finished line, to write it in another form.

use std::borrow::Cow;

/// A member of a line.
#[derive(Clone, Debug)]
pub(crate) struct Member<'a> {
    pub(crate) key: Cow<'a, str>,
    /// The value as JSON: text in quotes, a number, a boolean, or a list of texts.
    pub(crate) raw: &'a str,
}

impl<'a> Member<'a> {
    /// The value as text; of a list, its items with colons between them.
    pub(crate) fn text(&self) -> Cow<'a, str> {
        if let Some(text) = self.raw.strip_prefix('"') {
            return unescaped(text.strip_suffix('"').unwrap_or(text));
        }
        let Some(list) = self.raw.strip_prefix('[') else { return Cow::Borrowed(self.raw) };
        let (mut items, mut rest) = (Vec::new(), list);
        while let Some((item, after)) = text(rest) {
            items.push(unescaped(item));
            rest = after.strip_prefix(',').unwrap_or(after);
        }
        Cow::Owned(items.join(":"))
    }

    /// The value as JSON, if it is text.
    pub(super) fn quoted(&self) -> Option<&'a str> {
        self.raw.starts_with('"').then_some(self.raw)
    }
}

/// The members of a line, in their order. A line that is not one of ours has fewer.
pub(crate) fn members(line: &str) -> impl Iterator<Item = Member<'_>> {
    let mut rest = line.strip_prefix('{').unwrap_or_default();
    std::iter::from_fn(move || {
        let (key, after) = text(rest)?;
        let value = after.strip_prefix(':')?;
        let len = match value.as_bytes().first()? {
            b'"' => value.len() - text(value)?.1.len(),
            b'[' => list_len(value)?,
            _ => value.find([',', '}'])?,
        };
        let (raw, after) = value.split_at(len);
        rest = after.get(1..).unwrap_or_default();
        Some(Member { key: unescaped(key), raw })
    })
}

/// Splits JSON text at its end: the escaped text, and what follows the quote.
fn text(json: &str) -> Option<(&str, &str)> {
    let json = json.strip_prefix('"')?;
    let mut is_escaped = false;
    let end = json.bytes().position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    })?;
    Some((&json[..end], &json[end + 1..]))
}

/// The length of a list of texts.
fn list_len(json: &str) -> Option<usize> {
    let mut rest = json.strip_prefix('[')?;
    while let Some((_, after)) = text(rest) {
        rest = after.strip_prefix(',').unwrap_or(after);
    }
    Some(json.len() - rest.strip_prefix(']')?.len())
}

fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let (mut plain, mut chars) = (String::with_capacity(text.len()), text.chars());
    while let Some(c) = chars.next() {
        plain.push(match c {
            '\\' => match chars.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                // The log escapes no character that needs two of these.
                Some('u') => {
                    let code = chars
                        .by_ref()
                        .take(4)
                        .try_fold(0, |code, digit| Some(code << 4 | digit.to_digit(16)?));
                    code.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
                }
                Some(other) => other,
                None => break,
            },
            other => other,
        });
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declare::FieldValue;
    use crate::log::log_line::LogLine;
    use crate::record::clock::Reading;

    #[test]
    fn each_member_is_read_as_it_was_written() {
        let hostile = "a \"b\\\" \\ \n\r\t \0 \u{1b} \u{202e} } ] ,\"x\":1 ü 🦀";
        let mut line = LogLine::new();
        line.begin(Reading::now());
        line.field(hostile, FieldValue::Text(hostile));
        line.field("n", FieldValue::F64(-1.5));
        line.field("b", FieldValue::Bool(true));
        line.field("empty", FieldValue::Text(""));
        line.put(|reserved| reserved.bytes(b",\"spans\":[\"a]\\\"\",\"b\"]"));
        line.field("last", FieldValue::Text("\\"));
        let written = String::from_utf8(line.end().to_vec()).unwrap();
        let read: Vec<_> =
            members(&written).skip(1).map(|m| (m.key.to_string(), m.text())).collect();
        let expected = [
            (hostile, hostile),
            ("n", "-1.5"),
            ("b", "true"),
            ("empty", ""),
            ("spans", "a]\":b"),
            ("last", "\\"),
        ];
        assert_eq!(read.len(), expected.len(), "{read:?}");
        for ((key, value), expected) in read.iter().zip(expected) {
            assert_eq!((key.as_str(), &**value), expected);
        }
    }

    #[test]
    fn a_line_that_is_not_ours_is_read_up_to_its_fault() {
        for line in
            ["", "{", "{\"a", "{\"a\":", "{\"a\":[\"b\"", "{\"a\":1", "text\n", "{\"a\":\"\\"]
        {
            assert_eq!(members(line).count(), 0, "{line}");
        }
    }
}
