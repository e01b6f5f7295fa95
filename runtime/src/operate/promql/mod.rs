//! PromQL queries as typed values.
//!
//! The names of metrics and labels come from descriptors and from [`crate::declare::series`], from which the exposition
//! takes them, too. So no query names a family that the service does not expose. A selector refuses a label that its
//! metric does not have.
//!
//! ```
//! use goldsignal::operate::promql::{Metric, Selector, Window, sum};
//!
//! let queries = Metric::new("pg_stat_statements_calls_total", &["datname", "user"]);
//! let queries = Selector::of(queries).with("datname", "shop");
//! let query = sum(queries.rate(Window::minutes(5)));
//! assert_eq!(query.to_string(), r#"sum(rate(pg_stat_statements_calls_total{datname="shop"}[5m]))"#);
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

/// The `k` series with the largest values.
pub fn topk(k: u32, of: impl Into<Expr>) -> Expr {
    aggregate::<[String; 0]>("topk", [], Some(k.into()), of)
}

/// A quantile, from 0 to 1 in its printed form, of the buckets `of`, which has the label `le`.
pub fn histogram_quantile(quantile: &str, of: impl Into<Expr>) -> Expr {
    Expr::Call("histogram_quantile", vec![Expr::Number(quantile.to_owned()), of.into()])
}

/// A call of a PromQL function.
pub fn call<I>(name: &'static str, arguments: I) -> Expr
where
    I: IntoIterator<Item = Expr>,
{
    Expr::Call(name, arguments.into_iter().collect())
}

/// `part / (whole > 0)`: while `whole` is zero the result has no series, rather than NaN.
pub fn ratio(part: impl Into<Expr>, whole: impl Into<Expr>) -> Expr {
    part.into().per(whole.into().above(0))
}

#[cfg(test)]
mod tests;
