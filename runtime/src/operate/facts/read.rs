//! Reads and validates facts.

use std::borrow::Cow;
use std::path::Path;
use std::{fmt, io};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use toml::de::DeTable;

use super::source::Source;
use super::{Facts, RequestNaming, ranges};
use crate::declare::catalog::Catalog;
use crate::declare::{Kind, MetricPrefix};
use crate::operate::promql::Window;
use crate::operate::series_count;

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

/// Reads the prefix of goldsignal's own families.
pub(super) fn metric_prefix<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<MetricPrefix, D::Error> {
    MetricPrefix::new(String::deserialize(deserializer)?).map_err(D::Error::custom)
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

    /// The parser's own message reports what is no TOML. Every other error is about a fact, and has its key and what
    /// to write.
    fn from_source(source: Source) -> Result<Self, FactsError> {
        if let Err(error) = DeTable::parse(&source.text) {
            let error = error.to_string();
            return Err(FactsError::new(format!("{}: {}", source.name(), error.trim_end())));
        }
        let mut facts: Self =
            toml::from_str(&source.text).map_err(|error| FactsError::new(told(&source, &error)))?;
        facts.source = source;
        match ranges::first_fault(&facts) {
            Some((key, fault)) => Err(facts.refused(&key, &fault)),
            None => Ok(facts),
        }
    }

    /// The error that a fact has a value that it cannot have.
    fn refused(&self, key: &str, what: &str) -> FactsError {
        FactsError::new(self.source.message_of(key, what))
    }

    /// Rejects facts that contradict the declarations.
    ///
    /// # Errors
    /// If samples are retained for a shorter time than an objective's period, a scrape may have fewer samples than are
    /// declared, or an expected rate or a limit of the heaviest key names a metric that is not declared.
    pub fn check(&self, catalog: &Catalog) -> Result<(), FactsError> {
        let counters = (Kind::Counter, "no such counter is declared");
        self.check_names(catalog, "expect", self.expect.keys(), counters)?;
        let tops = (Kind::Top, "no such `Top` is declared");
        self.check_names(catalog, "heaviest", self.heaviest.keys(), tops)?;
        self.check_sample_limit(catalog)?;
        for slo in &catalog.objectives {
            let (period, retention) = (Window::days(slo.period().into()), self.retention());
            if retention < period {
                let what = format!(
                    "{retention} is shorter than the {period} over which the objective `{}` is measured ({}), so its \
                     budget could not be computed; write at least {period}",
                    slo.name(),
                    slo.location(),
                );
                return Err(self.refused("prometheus.retention", &what));
            }
        }
        Ok(())
    }

    /// Refuses what differs from how the program sets up its telemetry: its series would have other names or labels than the
    /// files that are generated.
    pub(in crate::operate) fn check_service(
        &self,
        name: &str,
        naming: RequestNaming,
        metric_prefix: &str,
    ) -> Result<(), FactsError> {
        let names = |naming| {
            if naming == RequestNaming::OpenTelemetry { "opentelemetry" } else { "goldsignal" }
        };
        let facts = [
            ("service", &*self.service, name, "OTEL_SERVICE_NAME"),
            ("naming", names(self.naming), names(naming), ""),
            (
                "metric-prefix",
                self.metric_prefix.as_str(),
                metric_prefix,
                "GOLDSIGNAL_METRIC_PREFIX",
            ),
        ];
        for (key, fact, built, variable) in facts {
            if fact != built {
                let or = if variable.is_empty() {
                    String::new()
                } else {
                    format!(", or set {variable} as the deployment does")
                };
                let what = format!(
                    "it is `{fact}`, but the program's `Telemetry::builder(..)` says `{built}`; write that{or}"
                );
                return Err(self.refused(key, &what));
            }
        }
        Ok(())
    }

    fn check_sample_limit(&self, catalog: &Catalog) -> Result<(), FactsError> {
        let least = u64::try_from(series_count::total(catalog)).unwrap_or(u64::MAX);
        let Some(limit) = self.prometheus.sample_limit.filter(|limit| *limit < least) else {
            return Ok(());
        };
        let what = format!(
            "Prometheus would reject whole scrapes of more than {limit} samples, and the declarations alone give \
             {least}; write at least that, or leave the line out for {}",
            series_count::sample_limit(catalog),
        );
        Err(self.refused("prometheus.sample-limit", &what))
    }

    /// That the names below `table` are those of metrics of this kind.
    fn check_names<'a>(
        &self,
        catalog: &Catalog,
        table: &str,
        mut given: impl Iterator<Item = &'a String>,
        (kind, unknown): (Kind, &str),
    ) -> Result<(), FactsError> {
        let declared = catalog.families.iter().filter(|family| family.kind == kind);
        let names: Vec<_> = declared.map(|family| family.name).collect();
        given.find(|name| !names.contains(&name.as_str())).map_or(Ok(()), |name| {
            let names = names.join(", ");
            let what = format!("{unknown}; write one of these, or leave the table out: {names}");
            Err(self.refused(&format!("{table}.{name}"), &what))
        })
    }
}

/// An error about a fact, with its place and what is expected.
fn told(source: &Source, error: &toml::de::Error) -> String {
    let message = error.message().trim_end();
    match error.span() {
        // Nothing can be shown of what is missing.
        Some(span) if !message.starts_with("missing field") => source.message(&span, message),
        _ => format!(
            "{}: {message}; every file of facts has `service`, `namespace` and `team`",
            source.name()
        ),
    }
}
