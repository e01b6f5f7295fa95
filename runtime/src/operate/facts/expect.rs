//! Expected rates of counters. An alert reports a rate outside of them.

use serde::Deserialize;

/// The range in which a counter's rate is expected, summed over all instances.
///
/// ```
/// use goldsignal::operate::Facts;
///
/// let facts = Facts::parse(
///     "service = 'todo'\nnamespace = 'todo'\nteam = 'tasks'\n\
///      [expect.tasks_created_total]\nleast-per-hour = 10\nmost-per-hour = 50000\n",
/// )?;
/// assert_eq!(facts.expect["tasks_created_total"].get_ref().most_per_hour, Some(50_000));
/// # Ok::<(), goldsignal::operate::FactsError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Bounds")]
#[non_exhaustive]
pub struct Expectation {
    /// A lower rate is unusual.
    pub least_per_hour: Option<u32>,
    /// A higher rate is unusual.
    pub most_per_hour: Option<u32>,
}

/// The expectation as the facts file spells it, before it is checked.
#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Bounds {
    least_per_hour: Option<u32>,
    most_per_hour: Option<u32>,
}

impl TryFrom<Bounds> for Expectation {
    type Error = &'static str;

    fn try_from(bounds: Bounds) -> Result<Self, Self::Error> {
        let Bounds { least_per_hour, most_per_hour } = bounds;
        match (least_per_hour, most_per_hour) {
            (None, None) => Err("it needs `least-per-hour`, `most-per-hour` or both"),
            (Some(least), Some(most)) if least >= most => {
                Err("`least-per-hour` is not less than `most-per-hour`")
            }
            _ => Ok(Self { least_per_hour, most_per_hour }),
        }
    }
}

impl std::fmt::Display for Expectation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.least_per_hour, self.most_per_hour) {
            (Some(least), Some(most)) => write!(f, "{least} to {most}"),
            (Some(least), None) => write!(f, "at least {least}"),
            (None, Some(most)) => write!(f, "at most {most}"),
            (None, None) => f.write_str("any number"),
        }
    }
}
