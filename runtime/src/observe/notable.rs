//! Which ends deserve a closer look: those that are bad, late or slow.

use super::objective;
use crate::declare::{Operation, Outcome, Slo};

/// Why an end deserves a closer look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Notable {
    /// It ended well, but took longer than most ends of its kind, where no objective states a latency.
    Slow,
    /// It ended well, but later than its objective allows.
    Late,
    /// It failed, or was cut short after the time that its objective allows.
    Bad,
}

impl Notable {
    /// Judges an end of `operation` after `elapsed` nanoseconds. `is_slow` says whether it took longer
    /// than most, and is asked only where that matters.
    #[inline]
    pub(crate) fn of(
        operation: Option<&Operation>,
        outcome: Outcome,
        elapsed: u64,
        is_slow: impl FnOnce() -> bool,
    ) -> Option<Self> {
        let is_late = || operation.is_some_and(|operation| objective::is_late(operation, elapsed));
        match outcome {
            outcome if outcome.is_failure() => Some(Self::Bad),
            Outcome::Cancelled | Outcome::Aborted => is_late().then_some(Self::Bad),
            _ if operation.is_some_and(states_latency) => is_late().then_some(Self::Late),
            _ => is_slow().then_some(Self::Slow),
        }
    }
}

fn states_latency(operation: &Operation) -> bool {
    operation.slo.and_then(Slo::required_latency).is_some()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::declare::SourceLocation;

    const OBJECTIVE: Slo = Slo::new("notable", "text").latency(99.0, Duration::from_millis(10));

    #[test]
    fn an_objective_states_what_is_late_and_without_one_the_usual_does() {
        let plain = || Operation::new("notable", SourceLocation::new("f.rs", 1, "m"));
        let (unstated, stated) = (plain(), plain().slo(&OBJECTIVE));
        let of =
            |operation, outcome, ms: u64| Notable::of(operation, outcome, ms * 1_000_000, || true);
        let (none, bad) = (None, Some(Notable::Bad));
        for operation in [None, Some(&unstated), Some(&stated)] {
            for outcome in [Outcome::ServerError, Outcome::Error, Outcome::Panic] {
                assert_eq!(of(operation, outcome, 1), bad);
            }
        }
        for outcome in [Outcome::Ok, Outcome::ClientError] {
            assert_eq!(of(Some(&stated), outcome, 10), none, "others may be faster");
            assert_eq!(of(Some(&stated), outcome, 11), Some(Notable::Late));
            assert_eq!(of(Some(&unstated), outcome, 1), Some(Notable::Slow));
            assert_eq!(Notable::of(None, outcome, 1, || false), none);
        }
        for outcome in [Outcome::Cancelled, Outcome::Aborted] {
            assert_eq!(
                (of(Some(&stated), outcome, 10), of(Some(&stated), outcome, 11)),
                (none, bad)
            );
            assert_eq!(
                of(Some(&unstated), outcome, 11),
                none,
                "it may have been cut short at any time"
            );
        }
        let long = plain().slo(&OBJECTIVE).long();
        assert_eq!(of(Some(&long), Outcome::Ok, 11), none);
    }
}
