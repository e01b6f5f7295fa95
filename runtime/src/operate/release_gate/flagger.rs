//! Gates for Flagger (<https://docs.flagger.app/usage/metrics>).

use serde::Serialize;

use super::{name, query};
use crate::operate::facts::Facts;
use crate::operate::indicator::Indicator;
use crate::operate::monitoring::object::Object;

/// The variable that the canary gives by `templateVariables`.
const VERSION: &str = "{{ variables.version }}";

#[derive(Debug, Serialize)]
pub(super) struct MetricTemplate {
    provider: Provider,
    query: String,
}

#[derive(Debug, Serialize)]
struct Provider {
    #[serde(rename = "type")]
    kind: &'static str,
    address: String,
}

pub(super) fn template(indicator: &Indicator, facts: &Facts) -> Object<MetricTemplate> {
    let provider = Provider { kind: "prometheus", address: facts.prometheus.url.clone() };
    let query = query(indicator, facts, VERSION).to_string();
    let spec = MetricTemplate { provider, query };
    Object::named("flagger.app/v1beta1", "MetricTemplate", facts, name(indicator, facts), spec)
}
