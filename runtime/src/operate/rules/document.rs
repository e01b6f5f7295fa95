//! Rules as Prometheus reads them.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::operate::promql::{Expr, Window};

/// A rule file.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RuleFile {
    /// The groups.
    pub groups: Vec<Group>,
}

/// Rules that Prometheus evaluates one after the other, with one timestamp.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    /// The name.
    pub name: String,
    /// The evaluation interval.
    pub interval: Window,
    /// The rules.
    pub rules: Vec<Rule>,
}

/// A rule.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Rule {
    /// Stores the result of an expression as a series.
    Recording(Recording),
    /// Fires while an expression has a result.
    Alert(Box<Alert>),
}

/// A rule that stores the result of an expression.
#[derive(Clone, Debug, Serialize)]
pub struct Recording {
    /// The name of the stored series.
    pub record: String,
    /// The expression.
    #[serde(serialize_with = "printed")]
    pub expr: Expr,
    /// The labels that are added to the series.
    pub labels: BTreeMap<String, String>,
}

/// An alerting rule.
#[derive(Clone, Debug, Serialize)]
pub struct Alert {
    /// The name.
    pub alert: String,
    /// The expression.
    #[serde(serialize_with = "printed")]
    pub expr: Expr,
    /// How long the expression must have a result before the alert fires.
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    pub for_duration: Option<Window>,
    /// The labels for routing: severity, team, service, namespace, environment, cluster, objective. Never a value, as each value would be another alert.
    pub labels: BTreeMap<String, String>,
    /// Its texts and links.
    pub annotations: BTreeMap<String, String>,
}

impl Rule {
    /// Its expression.
    pub const fn expr(&self) -> &Expr {
        match self {
            Self::Recording(rule) => &rule.expr,
            Self::Alert(rule) => &rule.expr,
        }
    }

    /// The name of the alert or of the recorded series.
    pub fn name(&self) -> &str {
        match self {
            Self::Recording(rule) => rule.record.as_str(),
            Self::Alert(rule) => rule.alert.as_str(),
        }
    }

    /// The alert, if it is one.
    pub const fn alert(&self) -> Option<&Alert> {
        match self {
            Self::Recording(_) => None,
            Self::Alert(alert) => Some(alert),
        }
    }
}

fn printed<S: Serializer>(expr: &Expr, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&expr.lines())
}
