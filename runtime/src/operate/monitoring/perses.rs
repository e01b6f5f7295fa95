//! The dashboards as objects of the Perses operator.

use serde::Serialize;

use super::object::Object;
use crate::declare::catalog::Catalog;
use crate::operate::artefact::Artefact;
use crate::operate::dashboards::{self, PersesDashboard, PersesSpec};
use crate::operate::facts::Facts;

#[derive(Debug, Serialize)]
pub(super) struct Config {
    config: PersesSpec,
}

/// They are not among the other objects of Kubernetes, because a cluster without this operator refuses them.
pub(super) fn artefact(catalog: &Catalog, facts: &Facts) -> Artefact {
    Artefact::yaml("perses-operator/dashboards.yaml", &objects(catalog, facts))
}

pub(super) fn objects(catalog: &Catalog, facts: &Facts) -> Vec<Object<Config>> {
    let object = |dashboard: PersesDashboard| {
        let name = dashboard.name().to_owned();
        let config = Config { config: dashboard.spec };
        Object::named("perses.dev/v1alpha2", "PersesDashboard", facts, name, config)
    };
    let all = dashboards::perses(catalog, facts).into_iter();
    all.map(|(_, dashboard)| object(dashboard)).collect()
}
