//! Guards that end an observation on unwinding, and where its future or body is dropped.

use super::end::end_dropped;
use crate::declare::Outcome;
use crate::observe::observation::Observation;
use crate::observe::verdict::Verdict;

/// Ends an observation when it is dropped, also on unwinding.
#[derive(Debug)]
pub(crate) struct EndOnDrop<'a> {
    observation: &'a Observation,
    verdict: Verdict,
}

/// Ends `observation` as cancelled, or as a panic, when the guard is dropped, unless it has ended
/// or the guard was disarmed.
pub(crate) fn arm(observation: &Observation) -> EndOnDrop<'_> {
    EndOnDrop { observation, verdict: Verdict { outcome: Outcome::Cancelled, ..Verdict::OK } }
}

impl EndOnDrop<'_> {
    pub(crate) fn disarm(self) {
        std::mem::forget(self);
    }
}

impl Drop for EndOnDrop<'_> {
    fn drop(&mut self) {
        if self.observation.is_open() {
            end_dropped(self.observation, self.verdict);
        }
    }
}

/// Runs `drop`, which drops the observed future or body, and then ends the observation like
/// [`end_dropped`], even if user code panics in its destructors.
#[cold]
pub(crate) fn end_after(observation: &Observation, verdict: Verdict, drop: &mut dyn FnMut()) {
    let end = EndOnDrop { observation, verdict };
    observation.poll(drop);
    std::mem::drop(end);
}
