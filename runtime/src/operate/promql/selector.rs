//! Selectors: the series that an expression reads.

use std::fmt;

use super::expr::Expr;
use super::metric::Metric;
use super::window::Window;
use crate::declare::text_format::{self, Escaped};

/// The series of a metric whose labels match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// The metric.
    pub metric: Metric,
    matchers: Vec<(String, &'static str, String)>,
    offset: Option<Window>,
}

impl Selector {
    /// All series of `metric`.
    pub fn of(metric: impl Into<Metric>) -> Self {
        Self { metric: metric.into(), matchers: Vec::new(), offset: None }
    }

    /// All buckets of the histogram `metric`.
    pub fn buckets_of(metric: impl Into<Metric>) -> Self {
        Self::of(metric.into().buckets())
    }

    /// Keeps the series whose `label` is `value`.
    ///
    /// # Panics
    /// When the metric has no such label, as the query would never select a series.
    #[must_use]
    pub fn with(self, label: &str, value: impl Into<String>) -> Self {
        self.matched(label, "=", value.into())
    }

    /// Keeps the series whose `label` is not `value`.
    ///
    /// # Panics
    /// As [`with`](Self::with).
    #[must_use]
    pub fn without(self, label: &str, value: impl Into<String>) -> Self {
        self.matched(label, "!=", value.into())
    }

    /// Keeps the series whose whole `label` matches the regular expression `pattern`.
    ///
    /// # Panics
    /// As [`with`](Self::with).
    #[must_use]
    pub fn matching(self, label: &str, pattern: impl Into<String>) -> Self {
        self.matched(label, "=~", pattern.into())
    }

    /// Keeps the series whose `label` is one of `values`, which are text, not patterns.
    ///
    /// # Panics
    /// As [`with`](Self::with).
    #[must_use]
    pub fn one_of<'a>(self, label: &str, values: impl IntoIterator<Item = &'a str>) -> Self {
        let values: Vec<_> = values.into_iter().map(literal).collect();
        self.matched(label, "=~", values.join("|"))
    }

    fn matched(mut self, label: &str, operator: &'static str, value: String) -> Self {
        assert!(self.metric.has(label), "`{}` has no label `{label}`", self.metric.name);
        self.matchers.push((label.to_owned(), operator, value));
        self
    }

    /// Selects the samples that are older by this time: `offset`.
    #[must_use]
    pub fn offset(mut self, by: Window) -> Self {
        self.offset = Some(by);
        self
    }

    /// The names of the labels that it selects by.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        self.matchers.iter().map(|(label, ..)| label.as_str())
    }

    /// Their samples in a window: a range vector.
    #[must_use]
    pub fn over(self, window: Window) -> Expr {
        Expr::Range(self, window)
    }

    /// The increase of counters per second: `rate`.
    #[must_use]
    pub fn rate(self, window: Window) -> Expr {
        Expr::Call("rate", vec![self.over(window)])
    }

    /// The increase of counters: `increase`.
    #[must_use]
    pub fn increase(self, window: Window) -> Expr {
        Expr::Call("increase", vec![self.over(window)])
    }

    pub(super) fn ranged(&self, f: &mut fmt::Formatter<'_>, window: Window) -> fmt::Result {
        self.bare(f)?;
        write!(f, "[{window}]")?;
        self.shift(f)
    }

    fn bare(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.metric.name)?;
        for (number, (label, operator, value)) in self.matchers.iter().enumerate() {
            f.write_str(if number == 0 { "{" } else { ", " })?;
            write!(f, "{label}{operator}")?;
            quoted(f, value)?;
        }
        f.write_str(if self.matchers.is_empty() { "" } else { "}" })
    }

    fn shift(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.offset.map_or(Ok(()), |offset| write!(f, " offset {offset}"))
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bare(f)?;
        self.shift(f)
    }
}

/// A regular expression that matches exactly `text`.
pub fn literal(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for character in text.chars() {
        if r"\.+*?()|[]{}^$".contains(character) {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

/// The label `le` of the bucket with the upper bound `seconds`, spelled as the exposition spells it in every format:
/// `1.0`, `0.25`, `5e-05`.
pub fn bound(seconds: f64) -> String {
    text_format::bucket_bound(seconds)
}

/// Writes text as a string literal of Go, which PromQL uses.
pub(super) fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    write!(f, "\"{}\"", Escaped::quoted(text))
}
