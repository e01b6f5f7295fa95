//! A reader of both formats that accepts only what their grammars have.

use goldsignal::expose::Format;

#[derive(Debug, PartialEq)]
pub(crate) enum Line {
    Help(String, String),
    Type(String, String),
    Sample { name: String, labels: Vec<(String, String)>, bits: u64 },
    Eof,
}

/// All lines, or the error of the first bad one.
pub(crate) fn read(text: &str, format: Format) -> Result<Vec<Line>, String> {
    let whole = text.strip_suffix('\n').ok_or("no line feed at the end")?;
    whole.split('\n').map(|line| read_line(line, format).ok_or_else(|| line.to_owned())).collect()
}

fn read_line(line: &str, format: Format) -> Option<Line> {
    let open = format == Format::OpenMetrics;
    if let Some(rest) = line.strip_prefix("# HELP ") {
        let (name, help) = rest.split_once(' ')?;
        return Some(Line::Help(name.into(), unescaped(help, open)?));
    }
    if let Some(rest) = line.strip_prefix("# TYPE ") {
        let (name, kind) = rest.split_once(' ')?;
        return Some(Line::Type(name.into(), kind.into()));
    }
    if line == "# EOF" && open {
        return Some(Line::Eof);
    }
    let end = line.find(['{', ' '])?;
    let (name, rest) = line.split_at(end);
    let (labels, rest) = match rest.strip_prefix('{') {
        Some(inner) => read_labels(inner)?,
        None => (Vec::new(), rest),
    };
    let value: f64 = rest.strip_prefix(' ')?.parse().ok()?;
    Some(Line::Sample { name: name.into(), labels, bits: value.to_bits() })
}

/// Labels to the closing brace, and the rest.
fn read_labels(mut rest: &str) -> Option<(Vec<(String, String)>, &str)> {
    let mut labels = Vec::new();
    loop {
        let (name, quoted) = rest.split_once("=\"")?;
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return None;
        }
        let end = closing_quote(quoted)?;
        labels.push((name.to_owned(), unescaped(&quoted[..end], true)?));
        rest = &quoted[end + 1..];
        match (rest.strip_prefix(','), rest.strip_prefix('}')) {
            (Some(next), _) => rest = next,
            (_, Some(behind)) => return Some((labels, behind)),
            _ => return None,
        }
    }
}

/// Where the first quote is that no backslash escapes.
fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    })
}

/// In text 0.0.4 a quote in a help text stands for itself.
fn unescaped(text: &str, quotes: bool) -> Option<String> {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, quotes) {
            ('\\', _) => match chars.next()? {
                'n' => out.push('\n'),
                '\\' => out.push('\\'),
                '"' if quotes => out.push('"'),
                _ => return None,
            },
            ('"', true) => return None,
            (c, _) => out.push(c),
        }
    }
    Some(out)
}
