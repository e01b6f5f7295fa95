//! Colours of text for people, and text that a terminal does not obey.

use std::fmt::Write;

/// How a piece of text looks.
#[derive(Clone, Copy, Debug)]
pub(super) enum Style {
    Plain,
    Dim,
    Bold,
    Red,
    BoldRed,
    Green,
    Yellow,
    Blue,
    Cyan,
    Magenta,
}

impl Style {
    const fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Dim => "2",
            Self::Bold => "1",
            Self::Red => "31",
            Self::BoldRed => "1;31",
            Self::Green => "32",
            Self::Yellow => "33",
            Self::Blue => "34",
            Self::Cyan => "36",
            Self::Magenta => "35",
        }
    }

    pub(super) fn of_level(level: &str) -> Self {
        match level {
            "ERROR" => Self::BoldRed,
            "WARN" => Self::Yellow,
            "INFO" => Self::Green,
            "DEBUG" => Self::Blue,
            _ => Self::Magenta,
        }
    }

    /// The style of a status, or of an outcome.
    pub(super) fn of_answer(answer: &str, level: &str) -> Self {
        match answer.as_bytes() {
            [b'2', ..] | b"ok" => Self::Green,
            [b'1' | b'3', ..] => Self::Cyan,
            [b'4', ..] => Self::Yellow,
            [b'5', ..] => Self::Red,
            _ => Self::of_level(level),
        }
    }
}

/// Text with or without colours.
#[derive(Debug)]
pub(super) struct Styled<'a> {
    pub(super) out: &'a mut String,
    pub(super) has_colour: bool,
}

impl Styled<'_> {
    /// Appends inert text, padded to a width in characters.
    pub(super) fn put(&mut self, style: Style, text: &str, width: usize) {
        let is_coloured = self.has_colour && !style.code().is_empty() && !text.is_empty();
        if is_coloured {
            let _ = write!(self.out, "\x1b[{}m", style.code());
        }
        let start = self.out.len();
        inert(self.out, text);
        let shown = self.out[start..].chars().count();
        if is_coloured {
            self.out.push_str("\x1b[0m");
        }
        self.out.extend(std::iter::repeat_n(' ', width.saturating_sub(shown)));
    }

    /// Appends a field.
    pub(super) fn field(&mut self, key: &str, value: &str) {
        self.out.push_str("  ");
        self.put(Style::Dim, key, 0);
        self.put(Style::Dim, "=", 0);
        let is_word =
            |c: char| !c.is_whitespace() && !matches!(c, '=' | '"' | '\\') && !is_hostile(c);
        if !value.is_empty() && value.chars().all(is_word) {
            self.out.push_str(value);
        } else {
            self.out.push('"');
            let value = value.replace('\\', "\\\\").replace('"', "\\\"");
            inert(self.out, &value);
            self.out.push('"');
        }
    }

    /// Appends text on lines of its own, each indented, so that no line of it looks like one of the
    /// log.
    pub(super) fn block(&mut self, style: Style, label: &str, text: &str) {
        let mut lines = text.trim_end().split('\n');
        self.out.push_str("    ");
        self.put(style, label, 0);
        self.out.push_str(": ");
        self.put(Style::Plain, end_trimmed(lines.next().unwrap_or_default()), 0);
        self.out.push('\n');
        for line in lines {
            self.out.push_str("      ");
            let text = end_trimmed(line).replace('\t', "    ");
            self.put(Style::Plain, &text, 0);
            self.out.push('\n');
        }
    }
}

fn end_trimmed(line: &str) -> &str {
    line.strip_suffix('\r').unwrap_or(line)
}

/// Appends text, with escapes in place of characters that a terminal would obey or would not show.
fn inert(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.extend(c.escape_default()),
            c if is_hostile(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
}

/// Whether a terminal obeys the character, does not show it, or shows other text in another order
/// because of it.
fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}
