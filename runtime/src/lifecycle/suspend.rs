//! Between two polls: what an observation does when it waits, and when it is polled again.

use super::slow_poll;
use crate::observe::first_poll::{self, FirstPoll};
use crate::observe::in_flight;
use crate::observe::observation::{Observation, Subject};
use crate::observe::polls::Poll;
use crate::record::clock::Reading;

/// A poll of `observation` has ended, and it waits for the next one.
#[inline(never)]
pub(crate) fn suspend(observation: &Observation) {
    let now = Reading::now();
    let poll = end_poll(observation, now);
    if let (Some(poll), Subject::Call { site, .. }) = (poll, &observation.subject) {
        site.poll(observation.store.get(), poll.length);
    }
    observation.poll_count.set_waited();
    in_flight::wait(observation, poll.map_or(now, |poll| poll.since), now);
}

/// Ends the running poll at `at`, and reports it if it took longer than it may. `None` if none runs.
#[inline]
pub(crate) fn end_poll(observation: &Observation, at: Reading) -> Option<Poll> {
    let poll = observation.pause(at)?;
    if poll.length > observation.least_poll_budget() {
        slow_poll::ended(observation, poll);
    }
    Some(poll)
}

/// A request is polled, and for the first time unless it was waiting.
#[inline]
pub(crate) fn resume_request(observation: &Observation) -> FirstPoll<'_> {
    if observation.is_waiting() {
        resume_waiting(observation);
        return FirstPoll::NONE;
    }
    first_poll::begin(observation.store.get(), observation.started())
}

/// `observation` is polled again, unless this is its first poll.
#[inline]
pub(crate) fn resume(observation: &Observation) {
    if observation.is_waiting() {
        resume_waiting(observation);
    }
}

#[inline(never)]
fn resume_waiting(observation: &Observation) {
    let now = Reading::now();
    observation.resume(now);
    in_flight::resume(observation, now);
}
