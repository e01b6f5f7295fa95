//! Tests as promtool reads them
//! (<https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/>).

use std::collections::BTreeMap;

use serde::Serialize;

use crate::operate::facts::Facts;
use crate::operate::promql::Window;
use crate::operate::rules::INTERVAL;

/// A test file.
#[derive(Clone, Debug, Serialize)]
pub(super) struct TestFile {
    /// The rule files, relative to this file.
    pub(super) rule_files: Vec<String>,
    pub(super) evaluation_interval: Window,
    /// The order of the groups that read what others record.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) group_eval_order: Vec<String>,
    pub(super) tests: Vec<Test>,
}

impl TestFile {
    pub(super) fn new(facts: &Facts, tests: Vec<Test>) -> Self {
        Self {
            rule_files: vec!["../rules.yaml".to_owned()],
            evaluation_interval: facts.scaled(INTERVAL),
            group_eval_order: Vec::new(),
            tests,
        }
    }
}

/// A scenario, and its expected results.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Test {
    pub(super) name: String,
    /// The time between two samples.
    pub(super) interval: Window,
    pub(super) input_series: Vec<Input>,
    #[serde(rename = "alert_rule_test", skip_serializing_if = "Vec::is_empty")]
    pub(super) alerts: Vec<AlertTest>,
    #[serde(rename = "promql_expr_test", skip_serializing_if = "Vec::is_empty")]
    pub(super) expressions: Vec<ExprTest>,
}

/// A series with its samples.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Input {
    pub(super) series: String,
    pub(super) values: String,
}

/// The alerts that are expected at a time.
#[derive(Clone, Debug, Serialize)]
pub(super) struct AlertTest {
    pub(super) eval_time: Window,
    pub(super) alertname: String,
    pub(super) exp_alerts: Vec<Expected>,
}

/// A firing alert.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Expected {
    pub(super) exp_labels: BTreeMap<String, String>,
    pub(super) exp_annotations: BTreeMap<String, String>,
}

/// The result of an expression that is expected at a time.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ExprTest {
    pub(super) expr: String,
    pub(super) eval_time: Window,
    pub(super) exp_samples: Vec<Sample>,
}

/// A series with its value.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Sample {
    pub(super) labels: String,
    pub(super) value: f64,
}
