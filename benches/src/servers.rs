//! The names of the servers that others are compared with, or that have targets.

pub const BARE: &str = "bare axum";
pub const FROM_FN: &str = "an empty from_fn middleware";
pub const BY_HAND: &str = "prometheus by hand";
pub const USUAL: &str = "TraceLayer + axum-prometheus + JSON";
pub const NOTHING_INSTALLED: &str = "goldsignal, nothing installed";
pub const LINE: &str = "goldsignal, log line";

/// How the names of those with goldsignal begin.
pub const OURS: &str = "goldsignal";
