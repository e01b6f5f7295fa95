//! The builder of a service's telemetry: settings from the code and from the environment.

use std::net::SocketAddr;
use std::panic::Location;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Once};

use super::compiled_features::CompiledFeatures;
use super::log_output::LogOutput;
#[cfg(feature = "axum")]
use super::serving;
#[cfg(feature = "page")]
use super::settings;
#[cfg(feature = "traces")]
use super::spans;
use super::stories::StorySettings;
use super::{Inner, Telemetry, TelemetryError};
use crate::declare::catalog::Catalog;
use crate::declare::{MetricPrefix, Naming};
use crate::emit::LogWriter;
use crate::emit::admission::SampleRatio;
use crate::expose::catalog::{ServiceSettings, write_if_asked};
use crate::log::filter;
use crate::log::live_filter::LiveFilter;
use crate::registry::Registry;

/// The settings of a [`Telemetry`]. [`build`](Self::build) validates them all.
#[derive(Debug)]
pub struct Builder {
    pub(super) service: String,
    pub(super) version: String,
    registry: Registry,
    pub(super) naming: Option<Naming>,
    pub(super) metric_prefix: Option<StatedPrefix>,
    pub(super) directives: String,
    writer: Option<LogWriter>,
    pub(super) log_output: LogOutput,
    pub(super) stories: StorySettings,
    pub(super) log_ok_ratio: f64,
    pub(super) admin: Result<Option<SocketAddr>, TelemetryError>,
    /// An error if the environment requests an exporter that is not compiled in.
    exporter: Result<(), TelemetryError>,
    #[cfg(feature = "axum")]
    pub(super) token: serving::TokenSource,
    #[cfg(feature = "axum")]
    pub(super) server: serving::ServerOptions,
    #[cfg(feature = "traces")]
    pub(super) spans: spans::SpanSettings,
    #[cfg(feature = "page")]
    pub(super) environment: settings::FromEnvironment,
}

/// The prefix of the built-in families, not validated, and where it is set: a source location or a variable.
#[derive(Debug)]
pub(super) struct StatedPrefix {
    pub(super) prefix: String,
    location: String,
}

/// The environment variable with the admin listener's address, or `off`.
pub(super) const ADMIN_VARIABLE: &str = "GOLDSIGNAL_ADMIN_ADDR";

/// The environment variable with the prefix of the built-in families.
pub(super) const METRIC_PREFIX_VARIABLE: &str = "GOLDSIGNAL_METRIC_PREFIX";

/// The environment variable with the token of `/metrics`.
pub(super) const TOKEN_VARIABLE: &str = "GOLDSIGNAL_ADMIN_TOKEN";

/// The environment variable with the path of a file that holds the token, as orchestrators mount secrets.
pub(super) const TOKEN_FILE_VARIABLE: &str = "GOLDSIGNAL_ADMIN_TOKEN_FILE";

/// The environment variable with the seconds that open requests may take after the shutdown began.
#[cfg(feature = "axum")]
pub(super) const GRACE_VARIABLE: &str = "GOLDSIGNAL_SHUTDOWN_GRACE";

impl Builder {
    pub(super) fn new(service: String) -> Self {
        Self {
            service,
            version: String::new(),
            registry: Registry::current(),
            naming: None,
            metric_prefix: None,
            directives: filter::DEFAULT.to_owned(),
            writer: None,
            log_output: LogOutput::default(),
            stories: StorySettings::default(),
            log_ok_ratio: 1.0,
            #[cfg(feature = "axum")]
            admin: Ok(Some(crate::expose::admin::DEFAULT_ADDR)),
            #[cfg(not(feature = "axum"))]
            admin: Ok(None),
            exporter: Ok(()),
            #[cfg(feature = "axum")]
            token: serving::TokenSource::None,
            #[cfg(feature = "axum")]
            server: serving::ServerOptions::default(),
            #[cfg(feature = "traces")]
            spans: spans::SpanSettings::default(),
            #[cfg(feature = "page")]
            environment: settings::FromEnvironment::default(),
        }
    }

    /// Reads the settings that these environment variables have: `RUST_LOG`, `GOLDSIGNAL_LOG_FORMAT` (`json`, `text` or `logfmt`),
    /// `GOLDSIGNAL_LOG_RESOURCE` (`true` or `false`), `GOLDSIGNAL_STORIES`, `OTEL_SERVICE_NAME`, `GOLDSIGNAL_ADMIN_ADDR` (an address, or `off`), `GOLDSIGNAL_ADMIN_TOKEN` or `GOLDSIGNAL_ADMIN_TOKEN_FILE`, `GOLDSIGNAL_METRIC_PREFIX`, and
    /// `GOLDSIGNAL_SHUTDOWN_GRACE` (in seconds).
    #[must_use]
    pub fn from_env(self) -> Self {
        self.read(|name| std::env::var(name).ok())
    }

    /// Reads the variables through `variable`. An empty value counts as unset.
    pub(super) fn read(mut self, variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
        if let Some(directives) = set("RUST_LOG") {
            self.directives = directives;
        }
        self.log_output.read(set);
        self.stories.read(set);
        if let Some(service) = set("OTEL_SERVICE_NAME") {
            self.service = service;
        }
        if let Some(prefix) = set(METRIC_PREFIX_VARIABLE) {
            let location = METRIC_PREFIX_VARIABLE.to_owned();
            self.metric_prefix = Some(StatedPrefix { prefix, location });
        }
        #[cfg(feature = "axum")]
        if let Some(source) = serving::TokenSource::read(set) {
            self.token = source;
        }
        #[cfg(feature = "axum")]
        if let Some(seconds) = set(GRACE_VARIABLE) {
            self.server.read_grace(&seconds);
        }
        if let Some(address) = set(ADMIN_VARIABLE) {
            self.admin = match address.as_str() {
                "off" => Ok(None),
                text => {
                    text.parse().map(Some).map_err(|_| TelemetryError::Address(text.to_owned()))
                }
            };
        }
        self.exporter = CompiledFeatures::CURRENT.check_exporter(&set);
        #[cfg(feature = "traces")]
        self.spans.read(&set);
        #[cfg(feature = "page")]
        {
            self.environment = settings::FromEnvironment::of(&self, set);
        }
        self
    }

    /// Sets the service's version for `goldsignal_build_info`, usually `env!("CARGO_PKG_VERSION")`. Empty by default.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    /// Sets the names of the metrics of requests. The default is goldsignal's short names.
    ///
    /// ```
    /// use goldsignal::{Naming, Telemetry};
    ///
    /// let telemetry = Telemetry::builder("todo").naming(Naming::OpenTelemetry { url_scheme: "http" }).build()?;
    /// # Ok::<(), goldsignal::telemetry::TelemetryError>(())
    /// ```
    #[must_use]
    pub fn naming(mut self, naming: Naming) -> Self {
        self.naming = Some(naming);
        self
    }

    /// Puts a prefix in front of the names of the families that goldsignal itself defines: `http_*`, `function_*` and
    /// `slo_*`, under either [`naming`](Self::naming).
    ///
    /// Without it, a family of another library that has the same name hides one of the two. Metrics that the service
    /// declares keep their names, and so do goldsignal's metrics about itself (`goldsignal_*`). Set it before anything
    /// is exposed, so before `bridge::prometheus::register`, too; a later change is refused. What
    /// `goldsignal::operate` generates uses it where the facts have the same `metric-prefix`.
    ///
    /// ```
    /// use goldsignal::Telemetry;
    ///
    /// // `http_requests_total` becomes `shop_http_requests_total`.
    /// let telemetry = Telemetry::builder("shop").metric_prefix("shop_").build()?;
    /// # Ok::<(), goldsignal::telemetry::TelemetryError>(())
    /// ```
    #[must_use]
    #[track_caller]
    pub fn metric_prefix(mut self, prefix: impl Into<String>) -> Self {
        let caller = Location::caller();
        let location = format!("{}:{}", caller.file(), caller.line());
        self.metric_prefix = Some(StatedPrefix { prefix: prefix.into(), location });
        self
    }

    /// Sets the address of the admin listener; `None` starts no listener. The default is `127.0.0.1:9464`.
    #[must_use]
    pub fn admin(mut self, address: impl Into<Option<SocketAddr>>) -> Self {
        self.admin = Ok(address.into());
        self
    }

    /// Sets which events are logged, in the syntax of `RUST_LOG`. The default is `info`.
    ///
    /// Use it also to turn lines off. The target of a closing event is the module of its function, or `goldsignal::request` for
    /// requests without one; the target of a panic is `goldsignal::panic`. Successful ends have the level `INFO`, or the one
    /// that `#[observed(level = "debug")]` sets for a function:
    ///
    /// ```
    /// use goldsignal::Telemetry;
    ///
    /// // No health checks, no requests without a route, and of `shop::http` only failed requests.
    /// let filter = "info,shop::health=off,goldsignal::request=off,shop::http=warn";
    /// let telemetry = Telemetry::builder("shop").log_filter(filter).build()?;
    /// # Ok::<(), goldsignal::telemetry::TelemetryError>(())
    /// ```
    ///
    /// [`log_ok_ratio(0.0)`](Self::log_ok_ratio) leaves out all successful ends that met their objective.
    #[must_use]
    pub fn log_filter(mut self, directives: impl Into<String>) -> Self {
        self.directives = directives.into();
        self
    }

    /// Sets the ratio of successful ends that are logged, from 0 to 1. The default is 1. The decision depends on the trace's id,
    /// so that either all closing lines of a request are written or none; `goldsignal_log_lines_sampled_out_total` counts the
    /// lines left out. Ends that failed, were cancelled, or exceeded the latency of their objective are always logged.
    #[must_use]
    pub const fn log_ok_ratio(mut self, ratio: f64) -> Self {
        self.log_ok_ratio = ratio;
        self
    }

    /// Sets the destination of the log. The default is the standard output.
    #[must_use]
    pub fn log_writer(mut self, writer: LogWriter) -> Self {
        self.writer = Some(writer);
        self
    }

    /// Validates all settings and declarations, and builds the telemetry.
    ///
    /// If the variable `GOLDSIGNAL_CATALOG` is set, it ends the process instead, see
    /// [`write_catalog_if_asked`](crate::expose::write_catalog_if_asked).
    ///
    /// # Errors
    /// If declarations contradict each other, if requests were counted under other names, if families were exposed under
    /// another prefix, or if a setting or variable is invalid.
    pub fn build(self) -> Result<Telemetry, TelemetryError> {
        let metric_prefix = self.metric_prefix.as_ref().map_or("", |stated| &stated.prefix);
        let naming = self.naming.unwrap_or_default();
        write_if_asked(Some(ServiceSettings { name: &self.service, naming, metric_prefix }));
        self.registry.check().map_err(TelemetryError::Conflicts)?;
        if let Some(naming) = self.naming {
            self.registry.set_naming(naming).map_err(TelemetryError::Naming)?;
        }
        #[cfg(feature = "page")]
        let settings = self.decided_settings();
        if let Some(StatedPrefix { prefix, location }) = self.metric_prefix {
            let prefix = MetricPrefix::new(prefix).map_err(TelemetryError::MetricPrefix)?;
            let conflicts = Catalog::linked().families_of_goldsignal(&prefix, &location);
            if !conflicts.is_empty() {
                return Err(TelemetryError::Conflicts(conflicts));
            }
            self.registry.set_metric_prefix(prefix).map_err(TelemetryError::LateMetricPrefix)?;
        }
        let filter = filter::parse(&self.directives).map_err(TelemetryError::Filter)?;
        let filter = LiveFilter::new(filter);
        let ratio = self.log_ok_ratio;
        let log_ok = SampleRatio::of(ratio).ok_or(TelemetryError::LogRatio(ratio))?;
        let address = self.admin?;
        CompiledFeatures::CURRENT.check_listener(address)?;
        #[cfg(feature = "axum")]
        let token = self.token.token_for(address)?;
        #[cfg(feature = "axum")]
        let server = self.server.settings()?;
        #[cfg(feature = "traces")]
        let exports = self.spans.has_exporter();
        #[cfg(not(feature = "traces"))]
        let exports = false;
        // An exporter from the code may read these variables itself.
        if !exports {
            self.exporter?;
        }
        #[cfg(feature = "traces")]
        let tracer = self.spans.attach(&self.service, &self.registry)?;
        let writer = self.writer.unwrap_or_else(LogWriter::stdout);
        self.log_output.apply(&writer, &self.service, &self.version)?;
        #[cfg(feature = "axum")]
        let admin = serving::ServingState::new(address, token, server, &self.registry);
        Ok(Telemetry(Arc::new(Inner {
            service: self.service,
            version: self.version,
            registry: self.registry,
            stories: self.stories.stories(&filter)?,
            filter,
            writer,
            log_ok,
            log_layer: AtomicBool::new(false),
            installed: Once::new(),
            pools: Arc::default(),
            #[cfg(any(feature = "axum", feature = "traces"))]
            runtimes: Arc::default(),
            #[cfg(feature = "traces")]
            tracer,
            #[cfg(feature = "axum")]
            admin,
            #[cfg(feature = "page")]
            settings,
        })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_metric_prefix_is_read_from_the_environment() {
        let built = |prefix: &str| {
            let variable = |name: &str| (name == METRIC_PREFIX_VARIABLE).then(|| prefix.to_owned());
            let builder = Builder::new("shop".to_owned()).read(variable);
            (builder.metric_prefix.is_some(), builder.build().map_err(|error| error.to_string()))
        };
        let scope = crate::testing::scope();
        let error = built("shop").1.unwrap_err();
        assert!(error.contains("GOLDSIGNAL_METRIC_PREFIX: `shop` is not a prefix"), "{error}");
        assert!(!built(" ").0);
        built("shop_").1.unwrap();
        let families = scope.registry().families();
        assert!(families.iter().any(|one| one.header().name == "shop_function_calls_total"));
    }
}
