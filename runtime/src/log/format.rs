//! The form of the log's lines: JSON, text for people, or logfmt.

use std::borrow::Cow;

use super::drain::Render;
use super::text::Text;
use super::{escape, logfmt};

/// The form in which the log writes its lines.
///
/// ```
/// use goldsignal::{Telemetry, emit::LogFormat};
///
/// let telemetry = Telemetry::builder("shop").log_format(LogFormat::Logfmt).build()?;
/// # Ok::<(), goldsignal::telemetry::TelemetryError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogFormat {
    /// A JSON object on each line.
    Json,
    /// Short, aligned lines for people, coloured on a terminal.
    Text,
    /// `key=value` on each line, with the keys of JSON.
    Logfmt,
}

impl LogFormat {
    pub(crate) const CHOICES: &str = "`json`, `text` or `logfmt`";

    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "json" => Some(Self::Json),
            "text" => Some(Self::Text),
            "logfmt" => Some(Self::Logfmt),
            _ => None,
        }
    }

    #[cfg(feature = "page")]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Text => "text",
            Self::Logfmt => "logfmt",
        }
    }
}

/// Constant members of all lines: a key and its value.
pub(crate) type Constants = Vec<(String, String)>;

/// What writes lines in the wanted form; `None` for those of JSON as they are.
pub(crate) fn renderer(
    format: LogFormat,
    constants: &Constants,
    has_colour: bool,
) -> Option<Box<dyn Render>> {
    let constants = ConstantMembers::new(constants);
    match format {
        LogFormat::Text => Some(Box::new(Text { has_colour })),
        LogFormat::Logfmt => Some(Box::new(Logfmt(constants))),
        LogFormat::Json if constants.0.is_empty() => None,
        LogFormat::Json => Some(Box::new(constants)),
    }
}

/// Whether text is coloured, by the conventions of `NO_COLOR` (<https://no-color.org>),
/// `CLICOLOR_FORCE` and `CLICOLOR` (<https://bixense.com/clicolors>), and `TERM`.
pub(crate) fn has_colour(is_terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
    let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    let is_zero = |name: &str| variable(name).is_some_and(|value| value == "0");
    if is_set("NO_COLOR") {
        false
    } else if is_set("CLICOLOR_FORCE") && !is_zero("CLICOLOR_FORCE") {
        true
    } else {
        let shows =
            variable("TERM").is_some_and(|terminal| !terminal.is_empty() && terminal != "dumb");
        is_terminal && shows && !is_zero("CLICOLOR")
    }
}

/// Members that are appended to lines that have none of the same name: what is sought in the line,
/// and the member.
#[derive(Debug)]
struct ConstantMembers(Vec<(String, String)>);

impl ConstantMembers {
    fn new(constants: &Constants) -> Self {
        let member = |(key, value): &(String, String)| {
            // No text in a line contains this, because quotes within a value are escaped.
            let start = format!(",{}:", escape::quoted(key));
            let member = format!("{start}{}", escape::quoted(value));
            (start, member)
        };
        Self(constants.iter().map(member).collect())
    }

    fn appended<'a>(&self, line: &'a str) -> Cow<'a, str> {
        let Some(open) = line.strip_suffix("}\n").filter(|_| !self.0.is_empty()) else {
            return Cow::Borrowed(line);
        };
        let missing = self.0.iter().filter(|(start, _)| !open.contains(start));
        let mut line = open.to_owned();
        line.extend(missing.map(|(_, member)| member.as_str()));
        line.push_str("}\n");
        Cow::Owned(line)
    }
}

impl Render for ConstantMembers {
    fn render(&self, line: &str, out: &mut String) {
        out.push_str(&self.appended(line));
    }
}

#[derive(Debug)]
struct Logfmt(ConstantMembers);

impl Render for Logfmt {
    fn render(&self, line: &str, out: &mut String) {
        logfmt::push(out, &self.0.appended(line));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(is_terminal: bool, variables: &[(&str, &str)]) -> bool {
        has_colour(is_terminal, |name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn colour_follows_the_conventions() {
        const TERM: (&str, &str) = ("TERM", "xterm");
        assert!(colour(true, &[TERM]));
        assert!(!colour(false, &[TERM]));
        assert!(!colour(true, &[]), "an unknown terminal");
        assert!(!colour(true, &[("TERM", "dumb")]));
        assert!(!colour(true, &[TERM, ("NO_COLOR", "0")]), "whatever its value");
        assert!(colour(true, &[TERM, ("NO_COLOR", "")]), "an empty one counts as unset");
        assert!(!colour(true, &[TERM, ("CLICOLOR", "0")]));
        assert!(colour(false, &[("CLICOLOR_FORCE", "1")]));
        assert!(!colour(false, &[("CLICOLOR_FORCE", "0")]));
        assert!(!colour(true, &[TERM, ("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]));
    }

    #[test]
    fn constant_members_never_repeat_a_name() {
        let constant = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let constants = vec![constant("service", "a \"shop\""), constant("env", "test")];
        let render = renderer(LogFormat::Json, &constants, false).unwrap();
        let written = |line: &str| {
            let mut out = String::new();
            render.render(line, &mut out);
            out
        };
        assert_eq!(
            written("{\"timestamp\":\"t\",\"m\":\",\\\"env\\\":\"}\n"),
            "{\"timestamp\":\"t\",\"m\":\",\\\"env\\\":\",\"service\":\"a \\\"shop\\\"\",\"env\":\"test\"}\n"
        );
        assert_eq!(
            written("{\"timestamp\":\"t\",\"service\":1}\n"),
            "{\"timestamp\":\"t\",\"service\":1,\"env\":\"test\"}\n"
        );
        assert!(renderer(LogFormat::Json, &Vec::new(), false).is_none(), "lines stay as they are");
    }
}
