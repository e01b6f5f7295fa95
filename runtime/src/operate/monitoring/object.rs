//! The parts that all Kubernetes objects share.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::operate::facts::Facts;

/// A Kubernetes object with a `spec`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::operate) struct Object<S> {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata,
    pub(in crate::operate) spec: S,
}

/// The name, the namespace and the labels of an object.
#[derive(Debug, Serialize)]
pub(in crate::operate) struct Metadata {
    name: String,
    namespace: String,
    pub(in crate::operate) labels: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(in crate::operate) annotations: BTreeMap<String, String>,
}

/// A label selector.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::operate) struct LabelSelector {
    pub(in crate::operate) match_labels: BTreeMap<String, String>,
}

impl<S> Object<S> {
    pub(in crate::operate) fn new(
        api_version: &'static str,
        kind: &'static str,
        facts: &Facts,
        spec: S,
    ) -> Self {
        Self::named(api_version, kind, facts, facts.service.to_string(), spec)
    }

    /// An object with another name than the service's.
    pub(in crate::operate) fn named(
        api_version: &'static str,
        kind: &'static str,
        facts: &Facts,
        name: String,
        spec: S,
    ) -> Self {
        Self { api_version, kind, metadata: metadata(facts, name), spec }
    }
}

/// Metadata in the service's namespace, with the labels that the operator selects by.
pub(in crate::operate) fn metadata(facts: &Facts, name: String) -> Metadata {
    let mut labels = facts.prometheus.labels.clone();
    labels.insert("app.kubernetes.io/name".to_owned(), facts.service.to_string());
    labels.insert("app.kubernetes.io/managed-by".to_owned(), "goldsignal".to_owned());
    Metadata { name, namespace: facts.namespace.to_string(), labels, annotations: BTreeMap::new() }
}
