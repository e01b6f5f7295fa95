//! The errors of building and installing telemetry. Each message is one sentence that says what to do.

use std::fmt;
use std::net::SocketAddr;

#[cfg(feature = "axum")]
use super::builder::GRACE_VARIABLE;
use super::builder::{ADMIN_VARIABLE, METRIC_PREFIX_VARIABLE, TOKEN_FILE_VARIABLE, TOKEN_VARIABLE};
use super::stories::STORIES_VARIABLE;
use crate::declare::catalog::Conflict;
use crate::declare::metric_prefix::{InvalidMetricPrefix, LateMetricPrefix};
use crate::declare::naming::LateNaming;
use crate::emit::FilterError;

/// Why telemetry cannot be built or installed.
#[non_exhaustive]
pub enum TelemetryError {
    /// Declarations contradict each other.
    Conflicts(Vec<Conflict>),
    /// Requests were counted under other names already.
    Naming(LateNaming),
    /// No metric name can begin with the prefix.
    MetricPrefix(InvalidMetricPrefix),
    /// The families were exposed under another prefix already.
    LateMetricPrefix(LateMetricPrefix),
    /// `RUST_LOG` cannot be understood.
    Filter(FilterError),
    /// `GOLDSIGNAL_STORIES` cannot be understood.
    Stories(FilterError),
    /// A variable is set to none of its choices.
    #[non_exhaustive]
    Choice {
        /// The variable.
        variable: &'static str,
        /// What it is set to.
        value: String,
        /// What it may be set to.
        choices: &'static str,
    },
    /// `log_ok_ratio` is not a ratio from 0 to 1.
    LogRatio(f64),
    /// `GOLDSIGNAL_ADMIN_ADDR` is not a socket address.
    Address(String),
    /// `GOLDSIGNAL_ADMIN_TOKEN_FILE` cannot be read.
    TokenFile(String, std::io::Error),
    /// The admin token is empty, or contains characters that a header cannot carry.
    Token,
    /// The admin listener would listen on a public address without a token.
    PublicAddress(SocketAddr),
    /// A setting needs a feature that is not compiled in.
    #[non_exhaustive]
    NotCompiled {
        /// The variable or setting that needs it.
        by: String,
        /// The missing feature of goldsignal.
        feature: &'static str,
        /// What to do if the feature is not wanted.
        otherwise: &'static str,
    },
    /// The settings of spans are invalid; the text says why.
    Spans(String),
    /// The exporter of spans cannot be started.
    #[cfg(feature = "traces")]
    #[non_exhaustive]
    SpanExporter {
        /// What failed.
        context: &'static str,
        /// Why it failed.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// `GOLDSIGNAL_SHUTDOWN_GRACE` is not a number of seconds.
    #[cfg(feature = "axum")]
    Grace(String),
    /// `header_read_timeout` is zero.
    #[cfg(feature = "axum")]
    HeaderReadTimeout,
    /// The admin listener's address cannot be bound.
    Admin(SocketAddr, std::io::Error),
}

impl fmt::Display for TelemetryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflicts(conflicts) => {
                let all: Vec<String> = conflicts.iter().map(ToString::to_string).collect();
                f.write_str(&all.join("; "))
            }
            Self::Naming(late) => late.fmt(f),
            Self::MetricPrefix(invalid) => {
                write!(f, "metric_prefix or {METRIC_PREFIX_VARIABLE}: {invalid}")
            }
            Self::LateMetricPrefix(late) => late.fmt(f),
            Self::Filter(error) => write!(f, "RUST_LOG: {error}"),
            Self::Stories(error) => write!(f, "stories or {STORIES_VARIABLE}: {error}"),
            Self::Choice { variable, value, choices } => {
                write!(f, "{variable}: `{value}` is not a choice; write {choices}")
            }
            Self::LogRatio(ratio) => {
                write!(f, "log_ok_ratio: {ratio} is not a ratio; write a number from 0 to 1")
            }
            Self::Address(text) => write!(
                f,
                "{ADMIN_VARIABLE}: `{text}` is not an address; write one such as `127.0.0.1:9464`, or `off`"
            ),
            Self::TokenFile(path, error) => {
                write!(f, "{TOKEN_FILE_VARIABLE}: cannot read `{path}`: {error}")
            }
            Self::Token => write!(
                f,
                "the admin token must be one word of printable ASCII characters; set it in {TOKEN_VARIABLE}, or in \
                 the file that {TOKEN_FILE_VARIABLE} names"
            ),
            Self::PublicAddress(address) => write!(
                f,
                "the admin listener does not listen on {address} without a token, because metrics reveal internals of \
                 the service: set {TOKEN_VARIABLE} or {TOKEN_FILE_VARIABLE}, or listen on a loopback address"
            ),
            Self::NotCompiled { by, feature, otherwise } => write!(
                f,
                "{by} needs a part of goldsignal that is not compiled in: turn on its feature `{feature}`, or {otherwise}"
            ),
            Self::Spans(reason) => f.write_str(reason),
            #[cfg(feature = "traces")]
            Self::SpanExporter { context, source } => write!(f, "{context}: {source}"),
            #[cfg(feature = "axum")]
            Self::Grace(text) => write!(
                f,
                "{GRACE_VARIABLE}: `{text}` is not a number of seconds; write one such as `25` or `0.5`"
            ),
            #[cfg(feature = "axum")]
            Self::HeaderReadTimeout => f.write_str(
                "header_read_timeout: no request can be read in zero time; set a duration above zero",
            ),
            Self::Admin(address, error) => write!(
                f,
                "the admin listener cannot listen on {address}: {error}; set {ADMIN_VARIABLE} to another \
                 address, or to `off`"
            ),
        }
    }
}

/// Formats like [`Display`](fmt::Display), because a `main` that returns the error prints it by `Debug`.
impl fmt::Debug for TelemetryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The error that caused this one. Its text is in the message already, because `main` prints no sources.
impl std::error::Error for TelemetryError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Conflicts(conflicts) => conflicts.first().map(|first| first as _),
            Self::Naming(error) => Some(error),
            Self::LateMetricPrefix(error) => Some(error),
            Self::MetricPrefix(error) => Some(error),
            Self::Filter(error) | Self::Stories(error) => Some(error),
            Self::TokenFile(_, error) | Self::Admin(_, error) => Some(error),
            #[cfg(feature = "traces")]
            Self::SpanExporter { source, .. } => Some(&**source),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::io;

    use super::*;
    use crate::declare::Naming;

    #[test]
    fn errors_with_a_cause_have_it_as_their_source() {
        let address = SocketAddr::from(([127, 0, 0, 1], 9464));
        let io = || io::Error::from(io::ErrorKind::AddrInUse);
        let late = LateNaming { settled: Naming::Goldsignal, wanted: Naming::Goldsignal };
        let filter = crate::log::filter::parse("wran").unwrap_err();
        for error in [
            TelemetryError::Admin(address, io()),
            TelemetryError::TokenFile("token".to_owned(), io()),
            TelemetryError::Naming(late),
            TelemetryError::Filter(filter),
            #[cfg(feature = "traces")]
            TelemetryError::SpanExporter { context: "no exporter", source: Box::new(io()) },
        ] {
            let source = error.source().unwrap().to_string();
            assert!(error.to_string().contains(&source), "{error}");
        }
        let admin = TelemetryError::Admin(address, io());
        let cause = admin.source().and_then(|source| source.downcast_ref::<io::Error>());
        assert_eq!(cause.map(io::Error::kind), Some(io::ErrorKind::AddrInUse));
    }
}
