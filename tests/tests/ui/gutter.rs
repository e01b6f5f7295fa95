//! The column of line numbers in a message.
//!
//! It is as wide as the longest number in the whole message, also of a line elsewhere whose number is not stored. Here
//! it becomes as narrow as the numbers that are left.

/// A line after the heading of a message.
enum Line {
    /// It begins with the column, which has this many spaces to spare.
    Gutter(usize),
    /// It continues the line before, below the column's right edge.
    Continued,
    /// It begins a note or continues one, and has no column.
    Note,
}

pub(crate) fn narrow(lines: &[String]) -> Vec<String> {
    let mut narrowed = Vec::with_capacity(lines.len());
    let mut rest = lines;
    while let [first, after @ ..] = rest {
        narrowed.push(first.clone());
        rest = after;
        let begins = is_heading(first)
            && rest.first().is_some_and(|line| line.trim_start().starts_with("--> "));
        if begins {
            let message = message(rest);
            let spare = message.iter().filter_map(Line::spare).min().unwrap_or(0);
            narrowed.extend(message.iter().zip(rest).map(|(kind, line)| cut(kind, line, spare)));
            rest = &rest[message.len()..];
        }
    }
    narrowed
}

fn cut(kind: &Line, line: &str, spare: usize) -> String {
    match (kind, line.find(' ')) {
        (Line::Gutter(_) | Line::Continued, Some(at)) => {
            format!("{}{}", &line[..at], &line[at + spare..])
        }
        _ => line.to_owned(),
    }
}

fn is_heading(line: &str) -> bool {
    let after = ["error", "warning", "note"].iter().find_map(|level| line.strip_prefix(level));
    after.is_some_and(|rest| rest.starts_with([':', '[']))
}

/// The lines that belong to the message, each with its kind.
fn message(lines: &[String]) -> Vec<Line> {
    let mut message = Vec::new();
    for line in lines {
        let kind = Line::of(line, matches!(message.last(), Some(Line::Note)));
        let Some(kind) = kind else { break };
        message.push(kind);
    }
    message
}

impl Line {
    fn of(line: &str, after_note: bool) -> Option<Self> {
        if line.starts_with("note:") || line.starts_with("help:") || line == "..." {
            return Some(Self::Note);
        }
        if after_note && line.starts_with("      ") {
            return Some(Self::Note);
        }
        if let Some(rest) = line.strip_prefix("... ") {
            return Some(Self::Gutter(rest.len() - rest.trim_start().len()));
        }
        let without_number = line.trim_start_matches(|c: char| c == ' ' || c.is_ascii_digit());
        let column = &line[..line.len() - without_number.len()];
        let spaces = column.bytes().filter(|byte| *byte == b' ').count();
        let is_numbered = spaces < column.len();
        if spaces > 0 && is_edge(without_number, is_numbered) {
            return Some(Self::Gutter(spaces - 1));
        }
        (spaces > 10 && !is_numbered).then_some(Self::Continued)
    }

    fn spare(&self) -> Option<usize> {
        match self {
            Self::Gutter(spare) => Some(*spare),
            _ => None,
        }
    }
}

/// Whether this is what follows the column. Suggestions have `+`, `-` or `~` there.
fn is_edge(text: &str, is_numbered: bool) -> bool {
    let edges: &[&str] =
        if is_numbered { &["|", "+", "-", "~"] } else { &["|", "-->", ":::", "="] };
    edges.iter().any(|edge| {
        text.strip_prefix(edge).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    })
}
