//! Queries as typed values.
//!
//! Names of metrics and labels come from descriptors and from [`crate::declare::series`], which the exposition
//! uses, too. A selector refuses a label that its metric does not have.
//!
//! ```
//! use goldsignal::operate::promql::{Metric, Selector, Window, sum};
//!
//! let requests = Metric::new("http_requests_total", &["method", "outcome"]);
//! let failures = Selector::of(requests).with("outcome", "server_error");
//! let query = sum(failures.rate(Window::minutes(5)));
//! assert_eq!(query.to_string(), r#"sum(rate(http_requests_total{outcome="server_error"}[5m]))"#);
//! ```

mod expr;
mod metric;
mod print;
mod selector;
mod window;

pub use expr::{Expr, Grouping, Matching, Operator};
pub use metric::Metric;
pub use selector::{Selector, bound, literal};
pub use window::Window;

fn by<I>(labels: I) -> Grouping
where
    I: IntoIterator,
    I::Item: Into<String>,
{
    let labels: Vec<String> = labels.into_iter().map(Into::into).collect();
    if labels.is_empty() { Grouping::All } else { Grouping::By(labels) }
}

fn aggregate<I>(name: &'static str, labels: I, parameter: Option<Expr>, of: impl Into<Expr>) -> Expr
where
    I: IntoIterator,
    I::Item: Into<String>,
{
    Expr::Aggregate(name, by(labels), parameter.map(Box::new), Box::new(of.into()))
}

macro_rules! aggregations {
    ($($(#[$meta:meta])* $name:ident $operator:literal;)*) => {$(
        $(#[$meta])*
        pub fn $name<I>(labels: I, of: impl Into<Expr>) -> Expr
        where
            I: IntoIterator,
            I::Item: Into<String>,
        {
            aggregate($operator, labels, None, of)
        }
    )*};
}

aggregations! {
    /// The sum for each combination of `labels`.
    sum_by "sum";
    /// The maximum for each combination of `labels`.
    max_by "max";
    /// The minimum for each combination of `labels`.
    min_by "min";
    /// How many series each combination of `labels` has.
    count_by "count";
}

/// The sum of all series.
pub fn sum(of: impl Into<Expr>) -> Expr {
    sum_by::<[String; 0]>([], of)
}

/// The maximum of all series.
pub fn max(of: impl Into<Expr>) -> Expr {
    max_by::<[String; 0]>([], of)
}

/// The `k` largest.
pub fn topk(k: u32, of: impl Into<Expr>) -> Expr {
    aggregate::<[String; 0]>("topk", [], Some(k.into()), of)
}

/// The `quantile` (0 to 1, as it is printed) of the buckets that `of` gives by `le`.
pub fn histogram_quantile(quantile: &str, of: impl Into<Expr>) -> Expr {
    Expr::Call("histogram_quantile", vec![Expr::Number(quantile.to_owned()), of.into()])
}

/// A function of Prometheus with expressions as arguments.
pub fn call<I>(name: &'static str, arguments: I) -> Expr
where
    I: IntoIterator<Item = Expr>,
{
    Expr::Call(name, arguments.into_iter().collect())
}

/// `part / (whole > 0)`: nothing rather than NaN while there is nothing.
pub fn ratio(part: impl Into<Expr>, whole: impl Into<Expr>) -> Expr {
    part.into().per(whole.into().above(0))
}

#[cfg(test)]
mod tests;
