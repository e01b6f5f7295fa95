//! The styles of scalars.

use std::fmt::Write as _;

use super::plain::is_plain;

/// The most characters of a text on one line, without its indentation and key.
const LINE: usize = 120;

/// `text` as a scalar; the lines of a block scalar are indented by `indent` columns.
pub(super) fn text(text: &str, indent: usize) -> String {
    let is_long = text.chars().count() > LINE;
    match text.contains('\n') {
        true if is_block(text) => literal(text, indent),
        false if is_long && is_block(text) => folded(text, indent),
        _ => on_one_line(text),
    }
}

/// `text` as a plain or quoted scalar without a line break.
pub(super) fn on_one_line(text: &str) -> String {
    let has_escapes = text.contains(['"', '\\']);
    if is_plain(text) {
        text.to_owned()
    } else if has_escapes && !text.contains('\'') && text.chars().all(is_printable) {
        format!("'{text}'")
    } else {
        double_quoted(text)
    }
}

/// A float, as `Debug` formats it, with the fraction and the sign of the exponent that YAML 1.1
/// requires.
pub(super) fn float(digits: String) -> String {
    let Some((mantissa, exponent)) = digits.split_once('e') else { return digits };
    let fraction = if mantissa.contains('.') { "" } else { ".0" };
    let sign = if exponent.starts_with('-') { "" } else { "+" };
    format!("{mantissa}{fraction}e{sign}{exponent}")
}

/// Whether parsers print `c` as it is, and it does not end a line.
pub(super) const fn is_printable(c: char) -> bool {
    // YAML 1.1 reads three more characters as line breaks, and skips a byte order mark.
    !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
        && matches!(c, ' '..='~' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..)
}

/// Whether a block scalar contains exactly `text`. A first line that begins with a space would need
/// an indentation indicator, and editors remove spaces at the end of lines: those texts are quoted.
fn is_block(text: &str) -> bool {
    let is_content = |c| is_printable(c) || c == '\n' || c == '\t';
    !text.starts_with([' ', '\t', '\n'])
        && !text.split('\n').any(|line| line.ends_with([' ', '\t']))
        && text.chars().all(is_content)
}

/// A block scalar that keeps the lines of `text`.
fn literal(text: &str, indent: usize) -> String {
    let content = text.trim_end_matches('\n');
    // The chomping indicator tells which line breaks at the end belong to the text.
    let header = match text.len() - content.len() {
        0 => "|-",
        1 => "|",
        _ => "|+",
    };
    block(header, text.strip_suffix('\n').unwrap_or(text).split('\n'), indent)
}

/// A block scalar that parsers join to one line: they read a line break as a space.
fn folded(text: &str, indent: usize) -> String {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(end) = end_of_line(rest) {
        lines.push(&rest[..end]);
        rest = &rest[end + 1..];
    }
    lines.push(rest);
    block(">-", lines.into_iter(), indent)
}

/// The position of the space where the first line of `text` ends; `None` if nothing follows that
/// line. Spaces beside other blanks stay inside of a line, because a line that begins or ends with a
/// blank is not joined as it is.
fn end_of_line(text: &str) -> Option<usize> {
    let (limit, _) = text.char_indices().nth(LINE)?;
    let is_word = |at: usize| !matches!(text.as_bytes().get(at), None | Some(b' ' | b'\t'));
    let spaces = text.match_indices(' ').map(|(at, _)| at);
    let mut ends = spaces.filter(|at| is_word(at - 1) && is_word(at + 1));
    // A word that is longer than a line has a line of its own.
    let first = ends.next()?;
    Some(ends.take_while(|end| *end <= limit).last().unwrap_or(first))
}

fn block<'a>(header: &str, lines: impl Iterator<Item = &'a str>, indent: usize) -> String {
    let mut block = header.to_owned();
    for line in lines {
        block.push('\n');
        if !line.is_empty() {
            // Writing to a `String` does not fail.
            let _ = write!(block, "{:indent$}{line}", "");
        }
    }
    block
}

fn double_quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if is_printable(c) => quoted.push(c),
            // All of them have at most four digits.
            c => _ = write!(quoted, "\\u{:04X}", u32::from(c)),
        }
    }
    quoted.push('"');
    quoted
}
