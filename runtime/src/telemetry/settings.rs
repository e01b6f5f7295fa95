//! The settings of a service as texts, and what decided each, for the live page. A secret is told as `set` only.

use super::builder::{
    ADMIN_VARIABLE, Builder, GRACE_VARIABLE, METRIC_PREFIX_VARIABLE, TOKEN_FILE_VARIABLE,
    TOKEN_VARIABLE,
};
use super::log_output::{FORMAT_VARIABLE, RESOURCE_VARIABLE};
use super::stories::STORIES_VARIABLE;
use crate::declare::Naming;
use crate::expose::page::Setting;

/// The settings that variables decide. Of two variables of a setting the later one wins.
const VARIABLES: [(&str, &str); 12] = [
    ("service", "OTEL_SERVICE_NAME"),
    ("log_filter", "RUST_LOG"),
    ("log_format", FORMAT_VARIABLE),
    ("log_resource", RESOURCE_VARIABLE),
    ("stories", STORIES_VARIABLE),
    ("metric_prefix", METRIC_PREFIX_VARIABLE),
    ("admin", ADMIN_VARIABLE),
    ("admin_token", TOKEN_FILE_VARIABLE),
    ("admin_token", TOKEN_VARIABLE),
    ("shutdown_grace", GRACE_VARIABLE),
    ("span_exporter", "OTEL_EXPORTER_OTLP_ENDPOINT"),
    ("sampler", "OTEL_TRACES_SAMPLER"),
];

/// A setting and its value.
type Named = (&'static str, String);

/// The settings when the environment had been read, and the variables that were set.
#[derive(Debug, Default)]
pub(super) struct FromEnvironment {
    settings: Vec<Named>,
    variables: Vec<(&'static str, &'static str)>,
}

impl FromEnvironment {
    pub(super) fn of(builder: &Builder, set: impl Fn(&str) -> Option<String>) -> Self {
        let variables = VARIABLES.into_iter().filter(|(_, variable)| set(variable).is_some());
        Self { settings: builder.settings(), variables: variables.collect() }
    }

    /// The variable that a setting has its value from, unless the code has changed it since.
    fn source(&self, setting: &Named) -> Option<&'static str> {
        let mut named = self.variables.iter().rev().filter(|(name, _)| *name == setting.0);
        let (_, variable) = named.next()?;
        self.settings.contains(setting).then_some(variable)
    }
}

impl Builder {
    /// The settings, each with what decided it.
    pub(super) fn decided_settings(&self) -> Vec<Setting> {
        let defaults = Self::new(String::new()).settings();
        let decided = |setting: Named| {
            let source = match self.environment.source(&setting) {
                Some(variable) => variable,
                None if defaults.contains(&setting) => "default",
                None => "code",
            };
            let (name, value) = setting;
            Setting { name, value, source }
        };
        self.settings().into_iter().map(decided).collect()
    }

    fn settings(&self) -> Vec<Named> {
        let or_none = |text: String| if text.is_empty() { "none".to_owned() } else { text };
        let admin = self.admin.as_ref().ok().copied().flatten();
        let naming = match self.naming.unwrap_or_default() {
            Naming::Goldsignal => "goldsignal",
            Naming::OpenTelemetry { .. } => "opentelemetry",
        };
        let prefix = self.metric_prefix.as_ref().map(|stated| stated.prefix.clone());
        let server = &self.server.settings;
        #[cfg(feature = "traces")]
        let of_spans = self.spans.settings();
        #[cfg(not(feature = "traces"))]
        let of_spans = [];
        let settings = [
            ("service", self.service.clone()),
            ("version", or_none(self.version.clone())),
            ("naming", naming.to_owned()),
            ("metric_prefix", or_none(prefix.unwrap_or_default())),
            ("log_filter", self.directives.clone()),
            ("log_format", self.log_output.format_name().to_owned()),
            ("log_resource", self.log_output.has_resource().to_string()),
            ("log_ok_ratio", self.log_ok_ratio.to_string()),
            ("stories", self.stories.directives().to_owned()),
            ("admin", admin.map_or_else(|| "off".to_owned(), |address| address.to_string())),
            ("admin_token", if self.token.is_set() { "set" } else { "none" }.to_owned()),
            ("shutdown_grace", format!("{} s", server.shutdown_grace.as_secs_f64())),
            ("header_read_timeout", format!("{} s", server.header_read_timeout.as_secs_f64())),
        ];
        settings.into_iter().chain(of_spans).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(builder: &Builder) -> Vec<(&'static str, String, &'static str)> {
        let settings = builder.decided_settings().into_iter();
        settings.map(|Setting { name, value, source }| (name, value, source)).collect()
    }

    #[test]
    fn a_setting_names_what_decided_it() {
        let variable = |name: &str| match name {
            "RUST_LOG" => Some("debug".to_owned()),
            "GOLDSIGNAL_ADMIN_TOKEN" => Some("canary".to_owned()),
            "GOLDSIGNAL_SHUTDOWN_GRACE" => Some("7".to_owned()),
            _ => None,
        };
        let builder = Builder::new("shop".to_owned()).log_ok_ratio(0.5).read(variable);
        let builder = builder.shutdown_grace(std::time::Duration::from_secs(3));
        let found = sources(&builder);
        for (name, value, source) in [
            ("service", "shop", "code"),
            ("version", "none", "default"),
            ("log_filter", "debug", "RUST_LOG"),
            ("log_ok_ratio", "0.5", "code"),
            ("admin", "127.0.0.1:9464", "default"),
            ("admin_token", "set", "GOLDSIGNAL_ADMIN_TOKEN"),
            ("shutdown_grace", "3 s", "code"),
            ("header_read_timeout", "30 s", "default"),
        ] {
            assert!(found.contains(&(name, value.to_owned(), source)), "{name} in {found:?}");
        }
        assert!(!format!("{found:?}").contains("canary"));
    }
}
