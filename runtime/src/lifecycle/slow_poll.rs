//! Finds out which observation took the time of a poll that was longer than it may be.
//!
//! A poll contains the polls and calls inside of it. The innermost observation is blamed whose own time, without that of
//! others that are blamed, exceeds its budget. A call of a function that is not `async` is blamed only where it ran inside
//! of a poll, so it is remembered until that poll has ended: a thread of `spawn_blocking` polls nothing.

use std::cell::RefCell;

use super::worker;
use crate::emit::slow_poll;
use crate::observe::observation::{Observation, Subject};
use crate::observe::polls::Poll;
use crate::observe::request::Request;
use crate::observe::site::Site;
use crate::record::ambient::StoreRef;
use crate::record::clock::Reading;

/// A time on this thread whose cause is known.
struct Explained {
    since: Reading,
    /// Nanoseconds.
    length: u64,
    /// The call that is blamed as soon as the poll around it has ended.
    call: Option<(&'static Site, StoreRef)>,
}

/// How many are remembered. Only a poll with as many slow calls has more.
const MOST: usize = 16;

thread_local! {
    static EXPLAINED: RefCell<Vec<Explained>> = const { RefCell::new(Vec::new()) };
}

/// The last poll of `observation`, which ends now, took longer than it may.
#[cold]
#[inline(never)]
pub(super) fn ended_now(observation: &Observation) {
    if let Some(poll) = observation.pause(Reading::now()) {
        ended(observation, poll);
    }
}

/// A poll of `observation` took longer than it may.
#[cold]
#[inline(never)]
pub(super) fn ended(observation: &Observation, poll: Poll) {
    let budget = observation.poll_budget();
    if poll.length <= budget {
        return;
    }
    let mut inside = take_since(poll.since);
    let by_runtime = observation.poll_count.is_by_runtime();
    // A panic prints its message, and perhaps a backtrace, which takes long.
    let is_excused = observation.has_panicked() || by_runtime && !worker::is_blocked();
    if is_excused {
        return remember([Explained { since: poll.since, length: poll.length, call: None }]);
    }
    observation.poll_count.set_slow();
    let explained: u64 = inside.iter().map(|part| part.length).sum();
    let own = poll.length.saturating_sub(explained);
    if by_runtime {
        for part in &mut inside {
            if let Some((site, store)) = part.call.take() {
                blame_call(observation, (site, &store), part.length, poll.until);
            }
        }
    }
    if own > budget {
        let call = match observation.subject {
            Subject::Call { site, .. } if by_runtime => {
                blame_call(observation, (site, &observation.store), own, poll.until);
                None
            }
            Subject::Call { site, .. } => Some((site, observation.store.clone())),
            _ => {
                blame_request(observation, own, poll.until);
                None
            }
        };
        inside.push(Explained { since: poll.since, length: own, call });
    }
    remember(inside);
}

/// A call took the time, in a poll of `observation`.
fn blame_call(
    observation: &Observation,
    (site, store): (&'static Site, &StoreRef),
    own: u64,
    at: Reading,
) {
    site.slow_poll(store.get());
    slow_poll::warn_of_call(observation, site, own, at);
}

/// The code of a request outside of observed functions took the time: a middleware, an extractor, an unobserved handler.
fn blame_request(observation: &Observation, own: u64, at: Reading) {
    let endpoint = observation.request().and_then(Request::endpoint);
    if let Some(endpoint) = endpoint {
        endpoint.slow_poll(observation.store.get());
        slow_poll::warn_of_request(observation, endpoint, own, at);
    }
}

/// Takes what began at `since` or later. A thread that is ending has lost its thread-local.
fn take_since(since: Reading) -> Vec<Explained> {
    let take = |explained: &RefCell<Vec<Explained>>| {
        let (inside, before) =
            explained.take().into_iter().partition(|part: &Explained| part.since >= since);
        explained.replace(before);
        inside
    };
    EXPLAINED.try_with(take).unwrap_or_default()
}

fn remember(new: impl IntoIterator<Item = Explained>) {
    let _ = EXPLAINED.try_with(|explained| {
        let mut explained = explained.borrow_mut();
        explained.extend(new);
        let excess = explained.len().saturating_sub(MOST);
        explained.drain(..excess);
    });
}
