//! Whose series: the labels by which one deployment of a service differs from all others.
//!
//! The facts decide them once. Every query, rule, route, inhibition, silence and link takes them from here, so that
//! staging never pages production, and no team receives the alerts of another.

use super::facts::Facts;
use super::promql::{Metric, Selector, literal};
use crate::declare::series::label;

/// The label with the Kubernetes namespace.
pub(super) const NAMESPACE: &str = "namespace";
/// The label with the environment: `production`, `staging`.
pub(super) const ENVIRONMENT: &str = "environment";
/// The label with the cluster.
pub(super) const CLUSTER: &str = "cluster";

/// The labels that identify the series and the alerts of one deployment of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    job: String,
    service: String,
    /// The namespace; the environment and the cluster as far as the facts give them.
    deployment: Vec<(&'static str, String)>,
}

impl Identity {
    /// The identity that `facts` give; in a dashboard, the one that the viewer chose.
    pub(super) fn of(facts: &Facts) -> Self {
        let optional = [(ENVIRONMENT, &facts.environment), (CLUSTER, &facts.cluster)];
        let optional =
            optional.into_iter().filter_map(|(name, value)| Some((name, value.clone()?)));
        let given: Vec<_> =
            [(NAMESPACE, facts.namespace.to_string())].into_iter().chain(optional).collect();
        let chosen = facts.is_chosen_by_viewer();
        let value = |name: &str, value: String| if chosen { format!("${name}") } else { value };
        Self {
            job: value("job", facts.job().to_owned()),
            service: facts.service.to_string(),
            deployment: given.into_iter().map(|(name, of)| (name, value(name, of))).collect(),
        }
    }

    /// Selects the series of `metric` that Prometheus scraped from this deployment.
    pub(super) fn scraped(&self, metric: impl Into<Metric>) -> Selector {
        let all = Selector::of(metric).with("job", self.job.as_str());
        self.deployment.iter().fold(all, |all, (name, value)| all.with(name, value.as_str()))
    }

    /// Selects the series about this deployment's pods that kube-state-metrics exposes. It knows no environment, and
    /// often only the servers that collect from all clusters know the cluster.
    pub(super) fn of_namespace(&self, metric: impl Into<Metric>) -> Selector {
        let all = Selector::of(metric);
        self.deployment.iter().fold(all, |all, (name, value)| match *name {
            NAMESPACE => all.with(name, value.as_str()),
            CLUSTER if value.starts_with('$') => all.matching(name, format!("|{value}")),
            CLUSTER => all.matching(name, format!("|{}", literal(value))),
            _ => all,
        })
    }

    /// Selects the series of `metric`, such as `ALERTS`, that have the labels of this deployment's alerts.
    pub(super) fn of_alerts(&self, metric: impl Into<Metric>) -> Selector {
        let all = Selector::of(metric);
        self.alerts().fold(all, |all, (name, value)| all.with(name, value))
    }

    /// The labels of its scraped and recorded series, by which expressions group.
    pub(super) fn series_labels(&self) -> Vec<&'static str> {
        ["job"].into_iter().chain(self.deployment().map(|(name, _)| name)).collect()
    }

    /// The labels of one of its instances, by which expressions group.
    pub(super) fn instance_labels(&self) -> Vec<&'static str> {
        let mut labels = self.series_labels();
        labels.insert(1, "instance");
        labels
    }

    /// The labels of its alerts, beside those that say what an alert is about.
    pub(super) fn alerts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [(label::SERVICE, self.service.as_str())].into_iter().chain(self.deployment())
    }

    /// The names of the labels of its alerts, by which Alertmanager groups and inhibits.
    pub(super) fn alert_labels(&self) -> Vec<&'static str> {
        self.alerts().map(|(name, _)| name).collect()
    }

    /// The namespace; the environment and the cluster as far as the facts give them.
    pub(super) fn deployment(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.deployment.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// The labels that tell apart series of the same service.
    pub(super) fn series(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [("job", self.job.as_str())].into_iter().chain(self.deployment())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operate::foreign;

    const FACTS: &str = "service = 'shop'\nnamespace = 'retail'\nteam = 'checkout'\n";

    fn identity(more: &str) -> Identity {
        Identity::of(&Facts::parse(&format!("{FACTS}{more}")).unwrap())
    }

    #[test]
    fn what_the_facts_give_is_selected() {
        let least = identity("").scraped(foreign::up());
        assert_eq!(least.to_string(), r#"up{job="shop", namespace="retail"}"#);
        let most = "environment = 'staging'\ncluster = 'eu.1'\n[prometheus]\njob = 'shop-api'\n";
        let most = identity(most);
        assert_eq!(
            most.scraped(foreign::up()).to_string(),
            r#"up{job="shop-api", namespace="retail", environment="staging", cluster="eu.1"}"#
        );
        assert_eq!(
            most.of_alerts(foreign::alerts()).to_string(),
            r#"ALERTS{service="shop", namespace="retail", environment="staging", cluster="eu.1"}"#
        );
        assert_eq!(
            most.of_namespace(foreign::kube_pod_container_status_restarts_total()).to_string(),
            r#"kube_pod_container_status_restarts_total{namespace="retail", cluster=~"|eu\\.1"}"#
        );
    }

    #[test]
    fn a_viewer_chooses_every_label() {
        let facts = Facts::parse(&format!("environment = 'staging'\n{FACTS}")).unwrap();
        let chosen = Identity::of(&facts.chosen_by_viewer()).scraped(foreign::up());
        assert_eq!(
            chosen.to_string(),
            r#"up{job="$job", namespace="$namespace", environment="$environment"}"#
        );
    }
}
