//! The parts that all Kubernetes objects share.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::operate::facts::Facts;

/// A Kubernetes object with a `spec`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Object<S> {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata,
    spec: S,
}

/// The name, the namespace and the labels of an object.
#[derive(Debug, Serialize)]
pub(super) struct Metadata {
    name: String,
    namespace: String,
    pub(super) labels: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) annotations: BTreeMap<String, String>,
}

/// A label selector.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LabelSelector {
    pub(super) match_labels: BTreeMap<String, String>,
}

impl<S> Object<S> {
    pub(super) fn new(
        api_version: &'static str,
        kind: &'static str,
        facts: &Facts,
        spec: S,
    ) -> Self {
        Self { api_version, kind, metadata: metadata(facts, facts.service.to_string()), spec }
    }
}

/// Metadata in the service's namespace, with the labels that the operator selects by.
pub(super) fn metadata(facts: &Facts, name: String) -> Metadata {
    let mut labels = facts.prometheus.labels.clone();
    labels.insert("app.kubernetes.io/name".to_owned(), facts.service.to_string());
    labels.insert("app.kubernetes.io/managed-by".to_owned(), "goldsignal".to_owned());
    Metadata { name, namespace: facts.namespace.to_string(), labels, annotations: BTreeMap::new() }
}
