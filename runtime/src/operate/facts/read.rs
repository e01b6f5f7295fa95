//! Where facts come from, and which are refused.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::Facts;
use crate::declare::catalog::Catalog;
use crate::declare::{Kind, MetricPrefix};
use crate::operate::promql::Window;

/// Where facts come from.
#[derive(Clone, Debug, Default)]
pub(super) struct Source {
    file: String,
    text: String,
}

/// A fact that cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactsError(String);

impl fmt::Display for FactsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&printable(&self.0))
    }
}

impl std::error::Error for FactsError {}

/// `text` for a terminal: its control characters, which could move the cursor or hide what was printed, and the marks
/// that change the direction of text are escaped.
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

/// Reads a text that says something: an empty label is none.
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

/// Reads a number that lengths of time are divided by.
pub(super) fn divisor<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    match u32::deserialize(deserializer)? {
        0 => Err(D::Error::custom("nothing can be divided by 0")),
        number => Ok(number),
    }
}

/// Reads how often is scraped: a rate over the shortest window of the rules needs four scrapes in it, as one may fail.
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

/// Reads the address of something with a user interface: what a browser opens, since people follow it.
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
    /// When it is no TOML, has a key that is not known, lacks one, or a value cannot be; the message has the
    /// key and its line.
    pub fn parse(text: &str) -> Result<Self, FactsError> {
        Self::from_source(Source { file: String::new(), text: text.to_owned() })
    }

    /// Reads facts from a file.
    ///
    /// # Errors
    /// When it cannot be read, and as [`parse`](Self::parse).
    pub fn read(path: impl AsRef<Path>) -> Result<Self, FactsError> {
        let file = path.as_ref().display().to_string();
        match std::fs::read_to_string(path.as_ref()) {
            Ok(text) => Self::from_source(Source { file, text }),
            Err(error) => Err(FactsError(format!("cannot read the facts `{file}`: {error}"))),
        }
    }

    fn from_source(source: Source) -> Result<Self, FactsError> {
        let mut facts: Self = toml::from_str(&source.text).map_err(|error| {
            let file = if source.file.is_empty() { "facts" } else { &source.file };
            FactsError(format!("{file}: {}", error.to_string().trim_end()))
        })?;
        facts.source = source;
        Ok(facts)
    }

    /// Refuses facts that contradict what is declared.
    ///
    /// # Errors
    /// When samples are kept for a shorter time than an objective's period, or something is expected of a counter
    /// that is not declared.
    pub fn check(&self, catalog: &Catalog) -> Result<(), FactsError> {
        self.check_expectations(catalog)?;
        for slo in &catalog.objectives {
            let (period, kept) = (Window::days(slo.period().into()), self.retention());
            if kept < period {
                return Err(FactsError(format!(
                    "{}`prometheus.retention` is {kept}, shorter than the {period} over which the \
                     objective `{}` is kept ({}): its budget could not be computed",
                    self.line(self.place_of_retention()),
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
            Err(FactsError(format!(
                "{}`expect.{name}`: no such counter is declared; the counters are: {}",
                self.line(one.span().start),
                names.join(", "),
            )))
        })
    }

    /// `file:line: ` of a place in the source; nothing where there is none.
    fn line(&self, place: usize) -> String {
        let Source { file, text } = &self.source;
        let Some(before) = text.get(..place).filter(|_| place > 0) else { return String::new() };
        let line = before.matches('\n').count() + 1;
        let file = if file.is_empty() { "facts" } else { file };
        format!("{file}:{line}: ")
    }
}
