//! From when on an instance counts as saturated.

use std::time::Duration;

use serde::Deserialize;

use super::Facts;
use crate::declare::catalog::Catalog;
use crate::operate::promql::Window;

/// The thresholds of the alerts on saturation. The defaults suit most services.
///
/// ```
/// use goldsignal::operate::Facts;
///
/// let facts = Facts::parse(
///     "service = 'todo'\nnamespace = 'todo'\nteam = 'tasks'\n[saturation]\nmemory-percent = 95\n",
/// )?;
/// assert_eq!(facts.saturation.memory_percent, 95);
/// # Ok::<(), goldsignal::operate::FactsError>(())
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Saturation {
    /// How much of its memory limit the container may use, if it also grows towards the limit.
    pub memory_percent: u32,
    /// How many of the file descriptors that a process may open may be open.
    pub descriptors_percent: u32,
    /// In how many of the periods of its CPU quota the container may be throttled.
    pub throttled_percent: u32,
    /// How much of their time the workers of a runtime may be busy, if tasks also wait too long for them.
    pub busy_percent: u32,
    /// How long a task may wait for a worker, on average over five minutes.
    pub scheduling_delay: Window,
    /// How long a closure may wait for a thread of the blocking pool, on average over five minutes.
    pub blocking_delay: Window,
    /// How many polls a minute of an operation may be longer than its budget.
    pub slow_polls_per_minute: u32,
    /// How old a request may be; by default twice the longest latency that an objective allows, and at least a minute.
    pub stuck_after: Option<Window>,
}

impl Default for Saturation {
    fn default() -> Self {
        Self {
            memory_percent: 90,
            descriptors_percent: 80,
            throttled_percent: 25,
            busy_percent: 90,
            scheduling_delay: Window::milliseconds(20),
            blocking_delay: Window::milliseconds(100),
            slow_polls_per_minute: 10,
            stuck_after: None,
        }
    }
}

impl Facts {
    /// The age from which a request is stuck.
    pub(in crate::operate) fn stuck_after(&self, catalog: &Catalog) -> Window {
        let allowed = catalog.objectives.iter().filter_map(|slo| slo.required_latency());
        let longest = allowed.map(|(_, threshold)| threshold).max().unwrap_or(Duration::ZERO);
        let twice = u64::try_from(longest.as_millis()).unwrap_or(u64::MAX).saturating_mul(2);
        let least = Window::minutes(1);
        self.saturation.stuck_after.unwrap_or_else(|| least.max(Window::milliseconds(twice)))
    }
}
