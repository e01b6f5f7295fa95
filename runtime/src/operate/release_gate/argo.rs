//! Gates for Argo Rollouts (<https://argo-rollouts.readthedocs.io/en/stable/features/analysis/>).

use serde::Serialize;

use super::{limit, name, query};
use crate::operate::facts::Facts;
use crate::operate::indicator::Indicator;
use crate::operate::monitoring::object::Object;
use crate::operate::promql::Window;

/// The argument of a template, which the rollout gives.
const VERSION: &str = "version";

#[derive(Debug, Serialize)]
pub(super) struct AnalysisTemplate {
    args: Vec<Argument>,
    metrics: Vec<Metric>,
}

#[derive(Debug, Serialize)]
struct Argument {
    name: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Metric {
    name: String,
    initial_delay: Window,
    interval: Window,
    count: u32,
    success_condition: String,
    failure_condition: String,
    /// One bad measurement may be a coincidence.
    failure_limit: u32,
    /// Without traffic there is nothing to judge: the rollout pauses for a person.
    inconclusive_limit: u32,
    provider: Provider,
}

#[derive(Debug, Serialize)]
struct Provider {
    prometheus: Query,
}

#[derive(Debug, Serialize)]
struct Query {
    address: String,
    query: String,
}

pub(super) fn template(indicator: &Indicator, facts: &Facts) -> Object<AnalysisTemplate> {
    let limit = limit().normalize();
    let metric = Metric {
        name: indicator.name.clone(),
        // The first minutes of a window are without the new instances.
        initial_delay: facts.scaled(Window::minutes(2)),
        interval: facts.scaled(Window::minutes(1)),
        count: 10,
        success_condition: format!("len(result) > 0 && result[0] < {limit}"),
        failure_condition: format!("len(result) > 0 && result[0] >= {limit}"),
        failure_limit: 1,
        inconclusive_limit: 3,
        provider: Provider {
            prometheus: Query {
                address: facts.prometheus.url.clone(),
                query: query(indicator, facts, &format!("{{{{args.{VERSION}}}}}")).to_string(),
            },
        },
    };
    let spec = AnalysisTemplate { args: vec![Argument { name: VERSION }], metrics: vec![metric] };
    Object::named("argoproj.io/v1alpha1", "AnalysisTemplate", facts, name(indicator, facts), spec)
}
