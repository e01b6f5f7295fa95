//! How the log looks: its form, its colours, and the constant members of its lines.

use super::{Builder, TelemetryError};
use crate::emit::{LogFormat, LogWriter};
use crate::log::format::{self, Constants};

/// The environment variable with the form of the log.
pub(super) const FORMAT_VARIABLE: &str = "GOLDSIGNAL_LOG_FORMAT";

/// The environment variable that turns the constant members on.
pub(super) const RESOURCE_VARIABLE: &str = "GOLDSIGNAL_LOG_RESOURCE";

/// The settings.
#[derive(Debug)]
pub(super) struct LogOutput {
    /// `None`: what suits the output.
    format: Result<Option<LogFormat>, TelemetryError>,
    has_resource: Result<bool, TelemetryError>,
    /// `OTEL_RESOURCE_ATTRIBUTES`.
    attributes: String,
}

impl Default for LogOutput {
    fn default() -> Self {
        Self { format: Ok(None), has_resource: Ok(false), attributes: String::new() }
    }
}

impl LogOutput {
    pub(super) fn read(&mut self, set: impl Fn(&str) -> Option<String>) {
        let wrong = |variable, value, choices| TelemetryError::Choice { variable, value, choices };
        if let Some(text) = set(FORMAT_VARIABLE) {
            self.format = match LogFormat::named(text.trim()) {
                Some(format) => Ok(Some(format)),
                None => Err(wrong(FORMAT_VARIABLE, text, LogFormat::CHOICES)),
            };
        }
        if let Some(text) = set(RESOURCE_VARIABLE) {
            let error = |_| wrong(RESOURCE_VARIABLE, text.clone(), "`true` or `false`");
            self.has_resource = text.trim().parse().map_err(error);
        }
        self.attributes = set("OTEL_RESOURCE_ATTRIBUTES").unwrap_or_default();
    }

    /// The form of the log.
    #[cfg(feature = "page")]
    pub(super) fn format_name(&self) -> &'static str {
        match self.format {
            Ok(Some(format)) => format.name(),
            _ => "text on a terminal, else json",
        }
    }

    /// Whether lines have the constant members.
    #[cfg(feature = "page")]
    pub(super) const fn has_resource(&self) -> bool {
        matches!(self.has_resource, Ok(true))
    }

    /// Sets how `writer` writes the lines of the service.
    pub(super) fn apply(
        self,
        writer: &LogWriter,
        service: &str,
        version: &str,
    ) -> Result<(), TelemetryError> {
        let default = if writer.is_terminal() { LogFormat::Text } else { LogFormat::Json };
        let format = self.format?.unwrap_or(default);
        let constants = if self.has_resource? {
            constants(service, version, &self.attributes)
        } else {
            Constants::new()
        };
        let variable =
            |name: &str| std::env::var_os(name).map(|v| v.to_string_lossy().into_owned());
        let has_colour = format::has_colour(writer.is_terminal(), variable);
        if let Some(render) = format::renderer(format, &constants, has_colour) {
            writer.render(render);
        }
        Ok(())
    }
}

impl Builder {
    /// Sets the form of the log. The default is [`LogFormat::Text`] where the log is the standard output and that is a
    /// terminal, and [`LogFormat::Json`] otherwise. Of several telemetries with one writer the first sets its form.
    ///
    /// Text is coloured on a terminal, as the variables `NO_COLOR`, `CLICOLOR`, `CLICOLOR_FORCE` and `TERM` say.
    #[must_use]
    pub fn log_format(mut self, format: LogFormat) -> Self {
        self.log_output.format = Ok(Some(format));
        self
    }

    /// Appends to each line in JSON or logfmt what log stores find a service by: `service`, `version`, and the attributes
    /// of `OTEL_RESOURCE_ATTRIBUTES`, of which `deployment.environment.name` is written as `env` and `host.name` as
    /// `host`. A field of the same name in a line takes its place. Off by default.
    #[must_use]
    pub fn log_resource(mut self, is_on: bool) -> Self {
        self.log_output.has_resource = Ok(is_on);
        self
    }
}

/// The constant members of the service's lines, each name once.
fn constants(service: &str, version: &str, attributes: &str) -> Constants {
    let mut constants = Constants::new();
    let attributes = attributes.split(',').filter_map(|pair| pair.split_once('='));
    let attributes = attributes.map(|(key, value)| (key.trim().to_owned(), decoded(value.trim())));
    let own = [("service", service), ("version", version)];
    let own = own.map(|(key, value)| (key.to_owned(), value.to_owned()));
    for (key, value) in own.into_iter().chain(attributes) {
        let key = match key.as_str() {
            "service.name" => "service",
            "service.version" => "version",
            "deployment.environment.name" | "deployment.environment" => "env",
            "host.name" => "host",
            other => other,
        };
        let is_known = constants.iter().any(|(known, _)| known == key);
        if !key.is_empty() && !value.is_empty() && !is_known {
            constants.push((key.to_owned(), value));
        }
    }
    constants
}

/// Decodes `%2C` and the like, which the values of attributes have.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    while let [first, after @ ..] = rest {
        let code = match after {
            [high, low, ..] if *first == b'%' => digit(*high).zip(digit(*low)),
            _ => None,
        };
        bytes.push(code.map_or(*first, |(high, low)| high << 4 | low));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_have_the_names_that_log_stores_expect() {
        let attributes = "service.name=other,service.version=2,deployment.environment.name=a%2Cb%zz,\
            host.name=n1, k8s.pod.name = shop-1 ,broken,empty=";
        let found = constants("shop", "", attributes);
        let found: Vec<_> = found.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let expected = [
            ("service", "shop"),
            ("version", "2"),
            ("env", "a,b%zz"),
            ("host", "n1"),
            ("k8s.pod.name", "shop-1"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_wrong_choice_names_the_right_ones() {
        for (variable, choices) in [
            (FORMAT_VARIABLE, "`json`, `text` or `logfmt`"),
            (RESOURCE_VARIABLE, "`true` or `false`"),
        ] {
            let mut output = LogOutput::default();
            output.read(|name| (name == variable).then(|| "prety".to_owned()));
            let writer = LogWriter::new(std::io::sink());
            let error = output.apply(&writer, "shop", "1").unwrap_err().to_string();
            assert!(error.starts_with(variable) && error.contains("`prety`"), "{error}");
            assert!(error.contains(choices), "{error}");
        }
    }
}
