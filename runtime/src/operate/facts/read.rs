//! Reads and validates facts.

use std::borrow::Cow;
use std::path::Path;
use std::{fmt, io};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::Facts;
use crate::declare::catalog::Catalog;
use crate::declare::{Kind, MetricPrefix};
use crate::operate::promql::Window;

/// The file that facts were read from.
#[derive(Clone, Debug, Default)]
pub(super) struct Source {
    file: String,
    text: String,
}

/// A fact that is missing or invalid, or a file of facts that cannot be read.
#[derive(Debug)]
pub struct FactsError {
    message: String,
    source: Option<io::Error>,
}

impl FactsError {
    fn new(message: String) -> Self {
        Self { message, source: None }
    }
}

impl fmt::Display for FactsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&printable(&self.message))
    }
}

/// The error of the file system. An error of the TOML parser is no source: all of its text is in the
/// message, where what it quotes from the facts is escaped.
impl std::error::Error for FactsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|error| error as _)
    }
}

/// Escapes `text` for a terminal: control characters, which could move the cursor or hide output,
/// and characters that change the direction of text.
pub(in crate::operate) fn printable(text: &str) -> Cow<'_, str> {
    let is_unsafe = |c: char| {
        let is_layout = c == '\n' || c == '\t';
        let is_direction = matches!(c, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        is_direction || (c.is_control() && !is_layout)
    };
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_unsafe(c) { escaped.extend(c.escape_default()) } else { escaped.push(c) }
    }
    Cow::Owned(escaped)
}

/// Reads a text that is not blank: a label with an empty value is a missing label.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.trim().is_empty() { Err(D::Error::custom("it is empty")) } else { Ok(text) }
}

/// Reads the prefix of goldsignal's own families.
pub(super) fn metric_prefix<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<MetricPrefix, D::Error> {
    MetricPrefix::new(String::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// Reads a divisor of durations.
pub(super) fn divisor<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    match u32::deserialize(deserializer)? {
        0 => Err(D::Error::custom("nothing can be divided by 0")),
        number => Ok(number),
    }
}

/// Reads the scrape interval. A rate over the rules' shortest window needs four scrapes in it,
/// because one of them may fail.
pub(super) fn interval<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Window, D::Error> {
    const SHORTEST: Window = Window::minutes(5);
    let interval = Window::deserialize(deserializer)?;
    if interval <= SHORTEST.divided(4) {
        return Ok(interval);
    }
    let most = SHORTEST.divided(4);
    let message =
        format!("{interval} is too seldom: rules look at {SHORTEST}, so {most} at the most");
    Err(D::Error::custom(message))
}

/// Reads the URL of a user interface: one that a browser can open, because people follow it from
/// alerts.
pub(super) fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let host = ["https://", "http://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    if host.is_some_and(|host| !host.is_empty() && !host.contains(char::is_whitespace)) {
        return Ok(text.trim_end_matches('/').to_owned());
    }
    let wanted = "it begins with `https://` or `http://` and has a host";
    Err(D::Error::custom(format!("`{text}` is no address that people can open: {wanted}")))
}

impl Facts {
    /// Reads facts from TOML.
    ///
    /// # Errors
    /// If the text is not TOML, has an unknown key, lacks a required one or has an invalid value;
    /// the message contains the key and its line.
    pub fn parse(text: &str) -> Result<Self, FactsError> {
        Self::from_source(Source { file: String::new(), text: text.to_owned() })
    }

    /// Reads facts from a file.
    ///
    /// # Errors
    /// If the file cannot be read, and as [`parse`](Self::parse).
    pub fn read(path: impl AsRef<Path>) -> Result<Self, FactsError> {
        let file = path.as_ref().display().to_string();
        match std::fs::read_to_string(path.as_ref()) {
            Ok(text) => Self::from_source(Source { file, text }),
            Err(error) => Err(FactsError {
                message: format!("cannot read the facts `{file}`: {error}"),
                source: Some(error),
            }),
        }
    }

    fn from_source(source: Source) -> Result<Self, FactsError> {
        let mut facts: Self = toml::from_str(&source.text).map_err(|error| {
            let file = if source.file.is_empty() { "facts" } else { &source.file };
            FactsError::new(format!("{file}: {}", error.to_string().trim_end()))
        })?;
        facts.source = source;
        Ok(facts)
    }

    /// Rejects facts that contradict the declarations.
    ///
    /// # Errors
    /// If samples are retained for a shorter time than an objective's period, or an expected rate
    /// names a counter that is not declared.
    pub fn check(&self, catalog: &Catalog) -> Result<(), FactsError> {
        self.check_expectations(catalog)?;
        for slo in &catalog.objectives {
            let (period, retention) = (Window::days(slo.period().into()), self.retention());
            if retention < period {
                return Err(FactsError::new(format!(
                    "{}`prometheus.retention` is {retention}, shorter than the {period} over which \
                     the objective `{}` is measured ({}): its budget could not be computed",
                    self.line(self.retention_position()),
                    slo.name(),
                    slo.location(),
                )));
            }
        }
        Ok(())
    }

    fn check_expectations(&self, catalog: &Catalog) -> Result<(), FactsError> {
        let mut counters = catalog.families.iter().filter(|family| family.kind == Kind::Counter);
        let names: Vec<_> = counters.by_ref().map(|family| family.name).collect();
        let unknown = |(name, _): &(&String, _)| !names.contains(&name.as_str());
        self.expect.iter().find(unknown).map_or(Ok(()), |(name, one)| {
            Err(FactsError::new(format!(
                "{}`expect.{name}`: no such counter is declared; the counters are: {}",
                self.line(one.span().start),
                names.join(", "),
            )))
        })
    }

    /// Formats a byte position in the source as `file:line: `; empty for facts without a source.
    fn line(&self, position: usize) -> String {
        let Source { file, text } = &self.source;
        let Some(before) = text.get(..position).filter(|_| position > 0) else {
            return String::new();
        };
        let line = before.matches('\n').count() + 1;
        let file = if file.is_empty() { "facts" } else { file };
        format!("{file}:{line}: ")
    }
}
