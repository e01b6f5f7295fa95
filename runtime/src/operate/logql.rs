//! LogQL queries as typed values: they select streams by labels, and lines by fields.

use std::fmt;

use serde_json::{Value, json};

use super::facts::Facts;
use super::identity::{ENVIRONMENT, NAMESPACE};
use super::promql::literal;

/// A LogQL query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LogQuery {
    stream: Vec<(&'static str, &'static str, String)>,
    filters: Vec<(&'static str, &'static str, String)>,
}

impl LogQuery {
    /// All lines of the service.
    pub(super) fn of(facts: &Facts) -> Self {
        let identity = facts.identity();
        let given = |label| identity.deployment().find(|(name, _)| *name == label);
        let values = [
            ("namespace", given(NAMESPACE)),
            ("service", Some(("", &*facts.service))),
            ("env", given(ENVIRONMENT)),
        ];
        let stream = values.into_iter().filter_map(|(label, value)| {
            let (_, value) = value?;
            Some((label, "=", value.to_owned()))
        });
        Self { stream: stream.collect(), filters: Vec::new() }
    }

    /// The query of Grafana's Explore page.
    pub(super) fn explore(&self) -> Value {
        json!({
            "refId": "A",
            "datasource": { "type": "loki" },
            "expr": self.to_string(),
            "queryType": "range",
        })
    }

    /// Keeps the streams whose `label` is one of `values`.
    #[must_use]
    pub(super) fn in_streams<'a>(
        mut self,
        label: &'static str,
        values: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let patterns: Vec<_> = values.into_iter().map(literal).collect();
        self.stream.push((label, "=~", patterns.join("|")));
        self
    }

    /// Keeps the lines whose `field` is one of `values`.
    #[must_use]
    pub(super) fn one_of<'a>(
        mut self,
        field: &'static str,
        values: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let values: Vec<_> = values.into_iter().collect();
        match values.as_slice() {
            [one] => self.filters.push((field, "=", quoted(one))),
            all => {
                let patterns: Vec<_> = all.iter().map(|value| literal(value)).collect();
                self.filters.push((field, "=~", quoted(&patterns.join("|"))));
            }
        }
        self
    }

    /// Keeps the lines whose whole `field` matches the regular expression `pattern`.
    #[must_use]
    pub(super) fn matching(mut self, field: &'static str, pattern: &str) -> Self {
        self.filters.push((field, "=~", quoted(pattern)));
        self
    }

    /// Keeps the lines whose `field` is a number above `limit`.
    #[must_use]
    pub(super) fn above(mut self, field: &'static str, limit: f64) -> Self {
        self.filters.push((field, ">", limit.to_string()));
        self
    }
}

impl fmt::Display for LogQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let matcher = |(label, operator, value): &(&str, &str, String)| {
            format!("{label}{operator}{}", quoted(value))
        };
        let stream: Vec<_> = self.stream.iter().map(matcher).collect();
        write!(f, "{{{}}}", stream.join(", "))?;
        if !self.filters.is_empty() {
            f.write_str(" | json")?;
        }
        for (field, operator, value) in &self.filters {
            write!(f, " | {field}{operator}{value}")?;
        }
        Ok(())
    }
}

fn quoted(text: &str) -> String {
    super::promql::Expr::Text(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_streams_and_filters() {
        let facts = Facts::new("todo".try_into().unwrap(), "tasks".try_into().unwrap(), "team");
        let lines = LogQuery::of(&facts);
        assert_eq!(lines.to_string(), r#"{namespace="tasks", service="todo"}"#);
        let severe = lines.clone().in_streams("level", ["WARN", "ERROR"]);
        assert_eq!(
            severe.to_string(),
            r#"{namespace="tasks", service="todo", level=~"WARN|ERROR"}"#
        );
        let some = lines.one_of("outcome", ["error", "panic"]).one_of("endpoint", ["/a.b"]);
        assert_eq!(
            some.above("duration_ms", 250.0).to_string(),
            r#"{namespace="tasks", service="todo"} | json | outcome=~"error|panic" | endpoint="/a.b" | duration_ms>250"#
        );
    }
}
