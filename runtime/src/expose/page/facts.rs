//! What the page tells of the service beside its figures.

/// The service and its settings.
#[derive(Clone, Debug, Default)]
pub(crate) struct ServiceFacts {
    pub(crate) service: String,
    pub(crate) version: String,
    pub(crate) settings: Vec<Setting>,
}

/// A setting, and what decided it. Its value is no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    /// `default`, `code`, or the variable of the environment.
    pub(crate) source: &'static str,
}
