//! Expressions as values.

use super::selector::Selector;
use super::window::Window;

/// An expression of PromQL.
///
/// ```
/// use goldsignal::declare::series::{self, label};
/// use goldsignal::operate::promql::{Selector, Window, sum_by};
/// use goldsignal::operate::{DnsLabel, Facts};
///
/// let name = DnsLabel::try_from("shop")?;
/// let facts = Facts::new(name.clone(), name, "checkout");
/// let requests = Selector::of(facts.metric(&series::HTTP_REQUESTS));
/// let failures = requests.matching(label::OUTCOME, "server_error|panic");
/// let rate = sum_by([label::ENDPOINT], failures.rate(Window::minutes(5)));
/// assert_eq!(
///     rate.to_string(),
///     r#"sum by (endpoint) (rate(http_requests_total{outcome=~"server_error|panic"}[5m]))"#
/// );
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A number, as it is printed.
    Number(String),
    /// Text in quotes.
    Text(String),
    /// The series that match now.
    Vector(Selector),
    /// Their samples of a window.
    Range(Selector, Window),
    /// A function of expressions.
    Call(&'static str, Vec<Expr>),
    /// An aggregation: operator, grouping, parameter, operand.
    Aggregate(&'static str, Grouping, Option<Box<Expr>>, Box<Expr>),
    /// Two expressions with an operator between.
    Binary(Box<Expr>, Operator, Matching, Box<Expr>),
}

/// The labels by which an aggregation groups.
#[derive(Clone, Debug, PartialEq)]
pub enum Grouping {
    /// None: one series.
    All,
    /// By these.
    By(Vec<String>),
    /// By all others.
    Without(Vec<String>),
}

/// How series of the two sides find each other.
#[derive(Clone, Debug, PartialEq)]
pub enum Matching {
    /// By all labels.
    Equal,
    /// By these alone.
    On(Vec<String>),
    /// By these alone; many on the left for one on the right.
    OnGroupLeft(Vec<String>),
    /// By all but these.
    Ignoring(Vec<String>),
}

/// What stands between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the operators'")]
pub enum Operator {
    Or,
    And,
    Unless,
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
}

impl Operator {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Unless => "unless",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
        }
    }

    /// How tightly it binds (<https://prometheus.io/docs/prometheus/latest/querying/operators/>).
    pub(super) const fn precedence(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And | Self::Unless => 2,
            Self::Equal
            | Self::NotEqual
            | Self::Greater
            | Self::GreaterEqual
            | Self::Less
            | Self::LessEqual => 3,
            Self::Add | Self::Subtract => 4,
            Self::Multiply | Self::Divide => 5,
        }
    }
}

macro_rules! between {
    ($($(#[$meta:meta])* $name:ident $operator:ident;)*) => {$(
        $(#[$meta])*
        #[must_use]
        pub fn $name(self, right: impl Into<Expr>) -> Expr {
            self.between(Operator::$operator, Matching::Equal, right)
        }
    )*};
}

impl Expr {
    between! {
        /// Either; the left where both are.
        or Or;
        /// The left where the right is, too.
        and And;
        /// The left where the right is not.
        unless Unless;
        /// Where they are equal.
        equal Equal;
        /// Where they differ.
        not_equal NotEqual;
        /// Where the left is larger.
        above Greater;
        /// Where the left is as large or larger.
        at_least GreaterEqual;
        /// Where the left is smaller.
        below Less;
        /// Where the left is as small or smaller.
        at_most LessEqual;
        /// The sum.
        plus Add;
        /// The difference.
        minus Subtract;
        /// The product.
        times Multiply;
        /// The quotient.
        per Divide;
    }

    /// With an operator and a rule of which series match.
    #[must_use]
    pub fn between(self, operator: Operator, matching: Matching, right: impl Into<Self>) -> Self {
        Self::Binary(Box::new(self), operator, matching, Box::new(right.into()))
    }

    /// Every selector in it, from left to right.
    pub fn selectors(&self) -> Vec<&Selector> {
        match self {
            Self::Number(_) | Self::Text(_) => Vec::new(),
            Self::Vector(selector) | Self::Range(selector, _) => vec![selector],
            Self::Call(_, arguments) => arguments.iter().flat_map(Self::selectors).collect(),
            Self::Aggregate(_, _, parameter, operand) => {
                let parameter = parameter.iter().flat_map(|parameter| parameter.selectors());
                parameter.chain(operand.selectors()).collect()
            }
            Self::Binary(left, _, _, right) => {
                left.selectors().into_iter().chain(right.selectors()).collect()
            }
        }
    }
}

impl From<Selector> for Expr {
    fn from(selector: Selector) -> Self {
        Self::Vector(selector)
    }
}

impl From<u32> for Expr {
    fn from(number: u32) -> Self {
        Self::Number(number.to_string())
    }
}

impl From<rust_decimal::Decimal> for Expr {
    fn from(number: rust_decimal::Decimal) -> Self {
        Self::Number(number.normalize().to_string())
    }
}
