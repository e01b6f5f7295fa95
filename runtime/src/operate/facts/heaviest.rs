//! From when on one key of a metric is too heavy.

use serde::Deserialize;

/// The limits of a [`Top`](crate::Top). Its alert fires when both are exceeded.
///
/// ```
/// use goldsignal::operate::Facts;
///
/// let facts = Facts::parse(
///     "service = 'todo'\nnamespace = 'todo'\nteam = 'tasks'\n\
///      [heaviest.busiest_users]\nmost-percent = 50\n",
/// )?;
/// assert_eq!(facts.heaviest["busiest_users"].get_ref().most_percent, 50);
/// # Ok::<(), goldsignal::operate::FactsError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct HeaviestKey {
    /// How much of the weight of all keys the heaviest one may have.
    pub most_percent: u32,
    /// How much all keys weigh at least: of a few, one always has a large share.
    pub least_weight: u32,
}

impl Default for HeaviestKey {
    fn default() -> Self {
        Self { most_percent: 30, least_weight: 100 }
    }
}
