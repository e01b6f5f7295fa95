//! Gates for Flagger (<https://docs.flagger.app/usage/metrics>).

use serde::Serialize;

use super::{name, query};
use crate::declare::catalog::Catalog;
use crate::operate::artefact::Artefact;
use crate::operate::facts::Facts;
use crate::operate::indicator::Indicator;
use crate::operate::monitoring::object::Object;

/// The variable that the canary gives by `templateVariables`.
const VERSION: &str = "{{ variables.version }}";

#[derive(Debug, Serialize)]
struct MetricTemplate {
    provider: Provider,
    query: String,
}

#[derive(Debug, Serialize)]
struct Provider {
    #[serde(rename = "type")]
    kind: &'static str,
    address: String,
}

pub(super) fn artefacts(catalog: &Catalog, facts: &Facts) -> Vec<Artefact> {
    let indicators = Indicator::all(catalog);
    let templates: Vec<_> = indicators.iter().map(|indicator| template(indicator, facts)).collect();
    if templates.is_empty() {
        return Vec::new();
    }
    vec![Artefact::yaml("flagger/metric-templates.yaml", &templates)]
}

fn template(indicator: &Indicator, facts: &Facts) -> Object<MetricTemplate> {
    let provider = Provider { kind: "prometheus", address: facts.prometheus.url.clone() };
    let query = query(indicator, facts, VERSION).to_string();
    let spec = MetricTemplate { provider, query };
    Object::named("flagger.app/v1beta1", "MetricTemplate", facts, name(indicator, facts), spec)
}
