//! What the page tells of the service beside its figures.

use std::sync::Arc;

use crate::record::visit::Source;

/// The service, its settings, and what its limits are told by.
#[derive(Default)]
pub(crate) struct ServiceFacts {
    pub(crate) service: String,
    pub(crate) version: String,
    pub(crate) settings: Vec<Setting>,
    /// The process, the runtimes and the pools.
    pub(crate) resources: Vec<Arc<dyn Source>>,
}

/// A setting, and what decided it. Its value is no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    /// `default`, `code`, or the variable of the environment.
    pub(crate) source: &'static str,
}
