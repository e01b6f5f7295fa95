//! PromQL expressions as values.

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
    /// A number in its printed form.
    Number(String),
    /// A string literal.
    Text(String),
    /// An instant vector: the series that a selector matches now.
    Vector(Selector),
    /// A range vector: the samples of a window.
    Range(Selector, Window),
    /// A function call.
    Call(&'static str, Vec<Expr>),
    /// An aggregation: operator, grouping, parameter, operand.
    Aggregate(&'static str, Grouping, Option<Box<Expr>>, Box<Expr>),
    /// A binary operation.
    Binary(Box<Expr>, Operator, Matching, Box<Expr>),
}

/// The labels by which an aggregation groups.
#[derive(Clone, Debug, PartialEq)]
pub enum Grouping {
    /// No grouping: the result is one series.
    All,
    /// `by` these labels.
    By(Vec<String>),
    /// `without` these labels.
    Without(Vec<String>),
}

/// Vector matching: which series of the two operands belong together.
#[derive(Clone, Debug, PartialEq)]
pub enum Matching {
    /// Those whose labels are all equal.
    Equal,
    /// `on` these labels.
    On(Vec<String>),
    /// `on` these labels with `group_left`: many series on the left match one on the right.
    OnGroupLeft(Vec<String>),
    /// `ignoring` these labels.
    Ignoring(Vec<String>),
}

/// A binary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is named after its operator")]
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
    Power,
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
            Self::Power => "^",
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
            Self::Power => 6,
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
        /// The series of either side; the left one where both sides have it.
        or Or;
        /// The series of the left side that the right side has, too.
        and And;
        /// The series of the left side that the right side does not have.
        unless Unless;
        /// The series whose two values are equal.
        equal Equal;
        /// The series whose two values differ.
        not_equal NotEqual;
        /// The series whose left value is larger.
        above Greater;
        /// The series whose left value is as large or larger.
        at_least GreaterEqual;
        /// The series whose left value is smaller.
        below Less;
        /// The series whose left value is as small or smaller.
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

    /// Combines both sides by an operator and a vector matching.
    #[must_use]
    pub fn between(self, operator: Operator, matching: Matching, right: impl Into<Self>) -> Self {
        Self::Binary(Box::new(self), operator, matching, Box::new(right.into()))
    }

    /// Every selector of the expression, from left to right.
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
