//! The layout of lists and maps.

use std::fmt::Display;
use std::io::{self, Write};
use std::mem;

use serde_json::ser::{CharEscape, Formatter};

use super::scalar;

/// Parsers look no further for the `:` behind a key.
const LONGEST_KEY: usize = 1024;

/// Lets a JSON serializer write YAML: `serde_json` visits the value, and this writes its parts in
/// block style.
///
/// The items of a list that is the value of a key are not indented, as in the examples of Prometheus
/// and Kubernetes.
#[derive(Debug, Default)]
pub(super) struct YamlFormatter {
    /// The lists and maps that have begun, the innermost last.
    collections: Vec<Collection>,
    /// The part of the current text that `serde_json` has passed so far.
    text: String,
    /// Whether the current text is a key.
    is_key: bool,
    /// Whether a `-` or `:` was written, so a space comes before anything else on its line.
    space_is_due: bool,
}

#[derive(Debug)]
struct Collection {
    kind: Kind,
    /// The column of its items or keys.
    indent: usize,
    /// Whether its first item or key is on the current line.
    begins_on_line: bool,
    is_empty: bool,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    List,
    Map,
}

impl YamlFormatter {
    fn begin(&mut self, kind: Kind) {
        let (indent, begins_on_line) = match (self.collections.last(), kind) {
            (None, _) => (0, true),
            (Some(Collection { kind: Kind::List, indent, .. }), _) => (indent + 2, true),
            (Some(Collection { kind: Kind::Map, indent, .. }), Kind::List) => (*indent, false),
            (Some(Collection { kind: Kind::Map, indent, .. }), Kind::Map) => (indent + 2, false),
        };
        self.collections.push(Collection { kind, indent, begins_on_line, is_empty: true });
    }

    /// Ends the innermost list or map, of which an empty one is written only now.
    fn end(&mut self, writer: &mut (impl Write + ?Sized), if_empty: &str) -> io::Result<()> {
        match self.collections.pop() {
            Some(Collection { is_empty: true, .. }) => self.write(writer, if_empty),
            _ => Ok(()),
        }
    }

    /// Moves to where an item or a key of the innermost list or map begins.
    fn begin_entry(&mut self, writer: &mut (impl Write + ?Sized)) -> io::Result<()> {
        let Some(collection) = self.collections.last_mut() else { return Ok(()) };
        let is_first = mem::replace(&mut collection.is_empty, false);
        if is_first && collection.begins_on_line {
            return self.write(writer, "");
        }
        self.space_is_due = false;
        write!(writer, "\n{:1$}", "", collection.indent)
    }

    /// Writes what follows a `-` or `:` on its line.
    fn write(&mut self, writer: &mut (impl Write + ?Sized), text: &str) -> io::Result<()> {
        if mem::take(&mut self.space_is_due) {
            writer.write_all(b" ")?;
        }
        writer.write_all(text.as_bytes())
    }

    /// Writes a scalar that is no text, except in a key, where `serde_json` has begun a text.
    fn write_scalar(
        &mut self,
        writer: &mut (impl Write + ?Sized),
        scalar: impl Display,
    ) -> io::Result<()> {
        let scalar = scalar.to_string();
        if self.is_key {
            self.text.push_str(&scalar);
            return Ok(());
        }
        self.write(writer, &scalar)
    }
}

macro_rules! scalars {
    ($($method:ident: $type:ty),* $(,)?) => {$(
        fn $method<W: Write + ?Sized>(&mut self, writer: &mut W, value: $type) -> io::Result<()> {
            self.write_scalar(writer, value)
        }
    )*};
}

impl Formatter for YamlFormatter {
    scalars! {
        write_bool: bool,
        write_i8: i8,
        write_i16: i16,
        write_i32: i32,
        write_i64: i64,
        write_i128: i128,
        write_u8: u8,
        write_u16: u16,
        write_u32: u32,
        write_u64: u64,
        write_u128: u128,
        write_number_str: &str,
    }

    fn write_null<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.write_scalar(writer, "null")
    }

    fn write_f32<W: Write + ?Sized>(&mut self, writer: &mut W, value: f32) -> io::Result<()> {
        self.write_scalar(writer, scalar::float(format!("{value:?}")))
    }

    fn write_f64<W: Write + ?Sized>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        self.write_scalar(writer, scalar::float(format!("{value:?}")))
    }

    fn begin_string<W: Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.text.clear();
        Ok(())
    }

    fn write_string_fragment<W: Write + ?Sized>(
        &mut self,
        _: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        self.text.push_str(fragment);
        Ok(())
    }

    fn write_char_escape<W: Write + ?Sized>(
        &mut self,
        _: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        self.text.push(match escape {
            CharEscape::Quote => '"',
            CharEscape::ReverseSolidus => '\\',
            CharEscape::Solidus => '/',
            CharEscape::Backspace => '\u{8}',
            CharEscape::FormFeed => '\u{c}',
            CharEscape::LineFeed => '\n',
            CharEscape::CarriageReturn => '\r',
            CharEscape::Tab => '\t',
            CharEscape::AsciiControl(byte) => byte.into(),
        });
        Ok(())
    }

    fn end_string<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        let text = mem::take(&mut self.text);
        if self.is_key {
            let key = scalar::on_one_line(&text);
            if key.len() > LONGEST_KEY {
                return Err(io::Error::other("a key is longer than 1024 bytes"));
            }
            return self.write(writer, &key);
        }
        let indent = self.collections.last().map_or(0, |collection| collection.indent) + 2;
        self.write(writer, &scalar::text(&text, indent))
    }

    fn begin_array<W: Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.begin(Kind::List);
        Ok(())
    }

    fn end_array<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, "[]")
    }

    fn begin_array_value<W: Write + ?Sized>(&mut self, writer: &mut W, _: bool) -> io::Result<()> {
        self.begin_entry(writer)?;
        self.space_is_due = true;
        writer.write_all(b"-")
    }

    fn begin_object<W: Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.begin(Kind::Map);
        Ok(())
    }

    fn end_object<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, "{}")
    }

    fn begin_object_key<W: Write + ?Sized>(&mut self, writer: &mut W, _: bool) -> io::Result<()> {
        self.is_key = true;
        self.begin_entry(writer)
    }

    fn end_object_key<W: Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.is_key = false;
        Ok(())
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.space_is_due = true;
        writer.write_all(b":")
    }
}
