//! Which closing events become lines: repeated errors are limited, and good ends may be sampled.

use crate::declare::Outcome;
use crate::observe::ended::{Ended, EventSource};
use crate::observe::{current, objective};

/// A ratio of traces, decided by their ids, so that all lines of a request are written or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SampleRatio(u64);

impl SampleRatio {
    /// Ids end in 56 random bits: <https://www.w3.org/TR/trace-context-2/#random-trace-id-flag>.
    const WHOLE: u64 = 1 << 56;

    /// All of them.
    pub(crate) const ALL: Self = Self(Self::WHOLE);

    /// A ratio from 0 to 1; `None` for anything else.
    pub(crate) fn of(ratio: f64) -> Option<Self> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "between 0 and 2⁵⁶"
        )]
        (0.0..=1.0).contains(&ratio).then_some(Self((ratio * Self::WHOLE as f64) as u64))
    }

    fn takes(self, trace_id: u128) -> bool {
        #[expect(clippy::cast_possible_truncation, reason = "the lower bits are wanted")]
        let random = trace_id as u64 & (Self::WHOLE - 1);
        random < self.0
    }
}

/// Whether a closing event is written to the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// It is written, after `suppressed` similar lines that were not.
    Line { suppressed: u64 },
    /// It repeats an error too often.
    Suppressed,
    /// It ended well, and its trace is not sampled.
    SampledOut,
}

impl Admission {
    /// Decides on an event. Good ends that were slow are always written, because operators look for
    /// them.
    pub(crate) fn of(ended: &Ended, source: &EventSource, ratio: SampleRatio) -> Self {
        let verdict = ended.verdict;
        match verdict.outcome {
            _ if Self::is_certain(verdict.outcome, ratio) => Self::LINE,
            Outcome::Ok if is_late(ended, source) => Self::LINE,
            // Without a trace the decision is random.
            Outcome::Ok if ratio.takes(trace().unwrap_or_else(|| fastrand::u128(..))) => Self::LINE,
            Outcome::Ok => Self::SampledOut,
            outcome => {
                let name = source.operation.map_or("", |operation| operation.name);
                let status = source.status(ended).unwrap_or(0);
                let repeats = source.callsites.repeats(name);
                let admitted = repeats.admit(outcome, verdict.error_type, status);
                admitted.map_or(Self::Suppressed, |suppressed| Self::Line { suppressed })
            }
        }
    }

    /// Whether every event of this outcome is written.
    #[inline]
    pub(crate) fn is_certain(outcome: Outcome, ratio: SampleRatio) -> bool {
        match outcome {
            Outcome::Ok => ratio == SampleRatio::ALL,
            outcome => !outcome.is_failure(),
        }
    }

    /// A line without suppressed predecessors.
    pub(crate) const LINE: Self = Self::Line { suppressed: 0 };
}

/// Whether it took longer than its objective allows.
fn is_late(ended: &Ended, source: &EventSource) -> bool {
    source.operation.is_some_and(|operation| objective::is_late(operation, ended.elapsed))
}

fn trace() -> Option<u128> {
    current::trace().map(|trace| trace.trace_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_what_it_says() {
        for ratio in [0.0, 0.1, 0.5, 1.0] {
            let sample = SampleRatio::of(ratio).unwrap();
            let taken = (0..20_000).filter(|_| sample.takes(fastrand::u128(..))).count();
            #[expect(clippy::cast_precision_loss, reason = "small")]
            let found = taken as f64 / 20_000.0;
            assert!((found - ratio).abs() < 0.02, "{found} of {ratio}");
        }
        for wrong in [-0.1, 1.1, f64::NAN] {
            assert_eq!(SampleRatio::of(wrong), None);
        }
        assert_eq!(SampleRatio::of(1.0), Some(SampleRatio::ALL));
    }
}
