//! Lines for people: short, aligned, coloured on a terminal.

use std::borrow::Cow;

use super::drain::Render;
use super::members::{Member, members};
use super::text_style::{Style, Styled};

/// The widths of the columns, in characters. Longer text moves what follows it.
const LEVEL: usize = 5;
const METHOD: usize = 6;
const NAME: usize = 32;
const ANSWER: usize = 5;
const DURATION: usize = 8;

/// How much of the end of a request's id is shown. Its beginning is often the time.
const ID: usize = 8;

/// Writes lines for people.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) has_colour: bool,
}

impl Render for Text {
    fn render(&self, line: &str, out: &mut String) {
        let members: Vec<Member<'_>> = members(line).collect();
        Line(&members).write(&mut Styled { out, has_colour: self.has_colour });
    }
}

/// The members of a line.
struct Line<'a>(&'a [Member<'a>]);

/// Members that are shown in columns, in a block, or not at all.
const HIDDEN: [&str; 13] = [
    "timestamp",
    "level",
    "target",
    "message",
    "module",
    "line",
    "function",
    "request_id",
    "trace_id",
    "span_id",
    "code.file.path",
    "code.line.number",
    "code.column.number",
];

/// The same of closing lines.
const HIDDEN_IN_CLOSING: [&str; 10] = [
    "story",
    "operation",
    "method",
    "endpoint",
    "status",
    "outcome",
    "duration_ms",
    "head_ms",
    "request_bytes",
    "response_bytes",
];

impl<'a> Line<'a> {
    fn get(&self, key: &str) -> Option<Cow<'a, str>> {
        self.0.iter().find(|member| member.key == key).map(Member::text)
    }

    fn text(&self, key: &str) -> Cow<'a, str> {
        self.get(key).unwrap_or_default()
    }

    fn is_closing(&self) -> bool {
        let is_ended = self.get("outcome").is_some() && self.get("duration_ms").is_some();
        is_ended && (self.get("operation").is_some() || self.get("endpoint").is_some())
    }

    fn write(&self, out: &mut Styled<'_>) {
        let (time, level) = (self.text("timestamp"), self.text("level"));
        // Hours to milliseconds, of `2026-11-24T14:16:26.863621Z`.
        out.put(Style::Dim, time.get(11..23).unwrap_or(&time), 0);
        out.out.push(' ');
        out.out.extend(std::iter::repeat_n(' ', LEVEL.saturating_sub(level.len())));
        out.put(Style::of_level(&level), &level, 0);
        out.out.push(' ');
        let is_closing = self.is_closing();
        let mut blocks = Vec::new();
        if is_closing {
            self.closing(out, &level);
        } else {
            let long = self.event(out);
            blocks.extend(long.map(|message| ("message", message)));
        }
        for member in self.0 {
            let (key, value) = (&*member.key, member.text());
            let is_hidden = HIDDEN.contains(&key) || is_closing && HIDDEN_IN_CLOSING.contains(&key);
            match key {
                _ if is_hidden => {}
                // The type of all errors without one, or nothing but the status.
                "error_type"
                    if value == "_OTHER" || self.get("status").as_ref() == Some(&value) => {}
                "error" => blocks.push(("error", value)),
                _ if value.contains('\n') => blocks.push((key, value)),
                _ => out.field(key, &value),
            }
        }
        self.id(out);
        out.out.push('\n');
        for (label, text) in &blocks {
            let style = if *label == "error" { Style::Red } else { Style::Dim };
            out.block(style, label, text);
        }
        if let Some(file) = self.get("code.file.path") {
            let (line, column) = (self.text("code.line.number"), self.text("code.column.number"));
            out.block(Style::Dim, "at", &format!("{file}:{line}:{column}"));
        }
    }

    /// What ended, how, and after how long.
    fn closing(&self, out: &mut Styled<'_>, level: &str) {
        let (outcome, endpoint) = (self.text("outcome"), self.get("endpoint"));
        let mut answer = outcome.clone();
        if let Some(endpoint) = endpoint {
            let (method, message) = (self.text("method"), self.text("message"));
            out.put(Style::Bold, &method, METHOD);
            out.out.push(' ');
            out.put(Style::Bold, &endpoint, NAME - METHOD - 1);
            // The status, or in words what there is instead of it.
            let said = message.strip_prefix(&format!("{method} {endpoint} "));
            answer = said.map_or(answer, |said| said.to_owned().into());
        } else {
            out.put(Style::Bold, &self.text("operation"), NAME);
        }
        out.out.push(' ');
        out.put(Style::of_answer(&answer, level), &answer, ANSWER);
        out.out.push(' ');
        let duration = duration(&self.text("duration_ms"));
        let padding = DURATION.saturating_sub(duration.chars().count());
        out.out.extend(std::iter::repeat_n(' ', padding));
        out.put(Style::Plain, &duration, 0);
        // A status says most outcomes by itself.
        let is_plain = ["ok", "client_error", "server_error"].contains(&&*outcome);
        if !is_plain && !answer.contains(&*outcome) {
            out.field("outcome", &outcome);
        }
    }

    /// Where an event comes from, and its message. Returns a message of several lines.
    fn event(&self, out: &mut Styled<'_>) -> Option<Cow<'a, str>> {
        out.put(Style::Dim, &self.text("target"), 0);
        out.put(Style::Dim, ":", 0);
        let message = self.get("message")?;
        let text = message.trim_end();
        if text.contains('\n') {
            return Some(message);
        }
        if !text.is_empty() {
            out.out.push(' ');
            out.put(Style::Plain, text, 0);
        }
        None
    }

    /// The end of the request's id.
    fn id(&self, out: &mut Styled<'_>) {
        let Some(id) = self.get("request_id") else { return };
        let skipped = id.chars().count().saturating_sub(ID);
        let end: String = id.chars().skip(skipped).collect();
        out.out.push_str("  ");
        if skipped > 0 {
            out.put(Style::Dim, "…", 0);
        }
        out.put(Style::Dim, &end, 0);
    }
}

/// Milliseconds in the unit in which they are short.
fn duration(milliseconds: &str) -> String {
    match milliseconds.parse::<f64>() {
        Ok(ms) if ms < 1.0 => format!("{:.0} µs", ms * 1000.0),
        Ok(ms) if ms < 10.0 => format!("{ms:.2} ms"),
        Ok(ms) if ms < 100.0 => format!("{ms:.1} ms"),
        Ok(ms) if ms < 1000.0 => format!("{ms:.0} ms"),
        Ok(ms) if ms < 60_000.0 => format!("{:.2} s", ms / 1000.0),
        Ok(ms) => format!("{:.0} s", ms / 1000.0),
        Err(_) => milliseconds.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(json: &str, has_colour: bool) -> String {
        let mut out = String::new();
        Text { has_colour }.render(json, &mut out);
        out
    }

    #[test]
    fn durations_are_short() {
        let cases = [
            ("0", "0 µs"),
            ("0.382", "382 µs"),
            ("1.5", "1.50 ms"),
            ("42.34", "42.3 ms"),
            ("250.6", "251 ms"),
            ("1500", "1.50 s"),
            ("90000", "90 s"),
            ("?", "?"),
        ];
        for (milliseconds, expected) in cases {
            assert_eq!(duration(milliseconds), expected);
        }
    }

    #[test]
    fn a_failure_shows_its_error_below() {
        let line = r#"{"timestamp":"2026-11-24T14:16:26.863621Z","level":"ERROR","target":"shop","message":"POST /orders 500","module":"shop","function":"shop::order","line":9,"operation":"shop::order","method":"POST","endpoint":"/orders","status":500,"outcome":"server_error","request_id":"518bee957116c90f1581e87726206a2b","duration_ms":12.382,"error_type":"db","response_bytes":12,"id":7,"note":"two words","error":"cannot save: connection refused\nhint: start it"}"#;
        assert_eq!(
            shown(line, false),
            "14:16:26.863 ERROR POST   /orders                   500    12.4 ms  error_type=db  id=7  note=\"two words\"  …26206a2b\n    \
             error: cannot save: connection refused\n      hint: start it\n"
        );
        let coloured = shown(line, true);
        assert!(
            coloured.contains("\u{1b}[1;31mERROR\u{1b}[0m")
                && coloured.contains("\u{1b}[31m500\u{1b}[0m")
        );
    }

    #[test]
    fn nothing_in_a_value_reaches_the_terminal() {
        let hostile =
            r"\u001b]0;owned\u0007\u001b[2J\u202e\u200b\r\n2026 ERROR forged\u009b31m\u0000\\";
        for key in ["message", "target", "error", "field", "request_id", "level", "timestamp"] {
            // Of two equal members the first is shown.
            let others = r#""timestamp":"x","level":"x","target":"x""#;
            for rest in [
                "",
                r#","outcome":"ok","duration_ms":1,"method":"GET","endpoint":"/\u001b[1m","message":"\u001b""#,
            ] {
                let text = shown(&format!("{{\"{key}\":\"{hostile}\",{others}{rest}}}\n"), false);
                let is_inert = |c: char| {
                    c == '\n' || !(c.is_control() || matches!(c, '\u{202e}' | '\u{200b}'))
                };
                assert!(text.chars().all(is_inert), "{key}: {text:?}");
                let forged = text.lines().skip(1).find(|line| !line.starts_with("    "));
                assert_eq!(forged, None, "{key}: {text}");
            }
        }
        let key = shown("{\"timestamp\":\"x\",\"\\u001b[2J\":1}\n", true);
        assert!(key.contains("\\u{1b}[2J") && !key.contains("\u{1b}[2J"), "{key:?}");
    }
}
