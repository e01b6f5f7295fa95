//! Rules as Prometheus reads them.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::operate::promql::{Expr, Window};

/// A file of rules.
#[derive(Clone, Debug, Serialize)]
pub struct RuleFile {
    /// The groups.
    pub groups: Vec<Group>,
}

/// Rules that are evaluated one after the other, at one time.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    /// The name.
    pub name: String,
    /// How often.
    pub interval: Window,
    /// The rules.
    pub rules: Vec<Rule>,
}

/// A rule.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Rule {
    /// Keeps what an expression gives as a series.
    Recording(Recording),
    /// Raises the alarm while an expression gives something.
    Alert(Box<Alert>),
}

/// A rule that keeps what an expression gives.
#[derive(Clone, Debug, Serialize)]
pub struct Recording {
    /// The series' name.
    pub record: String,
    /// The expression.
    #[serde(serialize_with = "printed")]
    pub expr: Expr,
    /// Labels that it is given.
    pub labels: BTreeMap<String, String>,
}

/// A rule that raises the alarm.
#[derive(Clone, Debug, Serialize)]
pub struct Alert {
    /// The name.
    pub alert: String,
    /// The expression.
    #[serde(serialize_with = "printed")]
    pub expr: Expr,
    /// How long it must last.
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    pub for_duration: Option<Window>,
    /// How long it goes on when the expression gives nothing any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_firing_for: Option<Window>,
    /// Who is told: severity, service, team, objective. Never values: they would make it another alert.
    pub labels: BTreeMap<String, String>,
    /// What is told.
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
    pub const fn name(&self) -> &str {
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
