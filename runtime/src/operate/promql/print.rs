//! Prints expressions: on one line for programs, on several lines for people.

use std::fmt;

use super::expr::{Expr, Grouping, Matching, Operator};
use super::selector::quoted;

/// The longest line for people.
const LINE: usize = 100;

impl Expr {
    /// The expression for people: a long one has a line for each operand of its outermost operators, and so
    /// has an aggregation of such operands.
    pub fn lines(&self) -> String {
        let line = self.to_string();
        if line.len() <= LINE {
            return line;
        }
        match self {
            Self::Binary(left, operator, matching, right) => {
                let precedence = operator.precedence();
                let above = operand_lines(left, precedence);
                let below = operand_lines(right, precedence + 1);
                let operator = operator.as_str();
                format!("{above}\n{operator}{matching} {below}")
            }
            Self::Aggregate(name, grouping, None, of) if matches!(**of, Self::Binary(..)) => {
                let of = of.lines().replace('\n', "\n  ");
                format!("{name}{grouping}(\n  {of}\n)")
            }
            _ => line,
        }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => f.write_str(number),
            Self::Text(text) => quoted(f, text),
            Self::Vector(selector) => write!(f, "{selector}"),
            Self::Range(selector, window) => selector.ranged(f, *window),
            Self::Call(name, arguments) => {
                write!(f, "{name}(")?;
                comma_separated(f, arguments)?;
                f.write_str(")")
            }
            Self::Aggregate(name, grouping, parameter, of) => {
                write!(f, "{name}{grouping}(")?;
                if let Some(parameter) = parameter {
                    write!(f, "{parameter}, ")?;
                }
                write!(f, "{of})")
            }
            Self::Binary(left, operator, matching, right) => {
                let precedence = operator.precedence();
                // All operators but `^` are left-associative; its operands both stand in parentheses if they are powers.
                operand(f, left, precedence + u8::from(*operator == Operator::Power))?;
                write!(f, " {}{matching} ", operator.as_str())?;
                operand(f, right, precedence + 1)
            }
        }
    }
}

/// An operand on lines of its own, in parentheses where its precedence is lower than `least`.
fn operand_lines(expr: &Expr, least: u8) -> String {
    match expr {
        Expr::Binary(_, operator, ..) if operator.precedence() < least => format!("({expr})"),
        _ => expr.lines(),
    }
}

/// Writes an operand, in parentheses where its precedence is lower than `least`.
fn operand(f: &mut fmt::Formatter<'_>, expr: &Expr, least: u8) -> fmt::Result {
    match expr {
        Expr::Binary(_, operator, ..) if operator.precedence() < least => write!(f, "({expr})"),
        _ => write!(f, "{expr}"),
    }
}

fn comma_separated(f: &mut fmt::Formatter<'_>, all: &[impl fmt::Display]) -> fmt::Result {
    for (number, one) in all.iter().enumerate() {
        if number > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{one}")?;
    }
    Ok(())
}

impl fmt::Display for Grouping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => Ok(()),
            Self::By(labels) => write!(f, " by ({}) ", labels.join(", ")),
            Self::Without(labels) => write!(f, " without ({}) ", labels.join(", ")),
        }
    }
}

impl fmt::Display for Matching {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Equal => Ok(()),
            Self::On(labels) => write!(f, " on ({})", labels.join(", ")),
            Self::OnGroupLeft(labels) => write!(f, " on ({}) group_left ()", labels.join(", ")),
            Self::Ignoring(labels) => write!(f, " ignoring ({})", labels.join(", ")),
        }
    }
}
