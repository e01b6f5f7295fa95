//! Guards that end an observation on unwinding, and where its future or body is dropped.

use super::end::end_dropped;
use crate::declare::Outcome;
use crate::observe::observation::Observation;
use crate::observe::verdict::Verdict;

/// Ends an observation when it is dropped, also on unwinding. The verdict is a function, so that the
/// guard of a call is a reference alone.
pub(crate) struct EndOnDrop<'a, V: Fn() -> Verdict> {
    observation: &'a Observation,
    verdict: V,
}

/// Ends `observation` as cancelled, or as a panic, when the guard is dropped, unless it has ended
/// or the guard was disarmed.
#[inline]
pub(crate) fn arm(observation: &Observation) -> EndOnDrop<'_, impl Fn() -> Verdict> {
    let verdict = || Verdict { outcome: Outcome::Cancelled, ..Verdict::OK };
    EndOnDrop { observation, verdict }
}

impl<V: Fn() -> Verdict> EndOnDrop<'_, V> {
    #[inline]
    pub(crate) fn disarm(self) {
        std::mem::forget(self);
    }
}

impl<V: Fn() -> Verdict> Drop for EndOnDrop<'_, V> {
    fn drop(&mut self) {
        if self.observation.is_open() {
            end_dropped(self.observation, (self.verdict)());
        }
    }
}

/// Runs `drop`, which drops the observed future or body, and then ends the observation like
/// [`end_dropped`], even if user code panics in its destructors.
#[cold]
pub(crate) fn end_after(observation: &Observation, verdict: Verdict, drop: &mut dyn FnMut()) {
    let end = EndOnDrop { observation, verdict: || verdict };
    observation.poll(drop);
    std::mem::drop(end);
}
