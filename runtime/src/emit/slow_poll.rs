//! Warns of polls that took longer than they may: one event in ten seconds for each function and endpoint.

use crate::declare::Route;
use crate::observe::endpoint::Endpoint;
use crate::observe::observation::Observation;
use crate::observe::site::Site;
use crate::record::clock::Reading;

/// The target of the events.
pub(crate) const TARGET: &str = "goldsignal::slow_poll";

/// Warns of a function that took the time, in nanoseconds. The event belongs to `observation`.
#[cold]
pub(crate) fn warn_of_call(observation: &Observation, site: &Site, took: u64, now: Reading) {
    let Some(suppressed) = site.slow_polls.admit(now) else { return };
    let operation = &site.operation;
    observation.enter(|| {
        tracing::warn!(
            target: TARGET,
            blocking = operation.name,
            location = %operation.location,
            poll_ms = milliseconds(took),
            suppressed,
            "a function blocked its thread; other tasks of the runtime waited"
        );
    });
}

/// Warns of a request whose code outside of observed functions took the time.
#[cold]
pub(crate) fn warn_of_request(
    observation: &Observation,
    endpoint: &Endpoint,
    took: u64,
    now: Reading,
) {
    let Some(suppressed) = endpoint.slow_polls.admit(now) else { return };
    observation.enter(|| {
        tracing::warn!(
            target: TARGET,
            blocking = %Route::new(endpoint.method, endpoint.path),
            poll_ms = milliseconds(took),
            suppressed,
            "a request blocked its thread outside of observed functions; other tasks of the runtime waited"
        );
    });
}

#[expect(clippy::cast_precision_loss, reason = "exact for 100 days")]
fn milliseconds(nanoseconds: u64) -> f64 {
    (nanoseconds / 1000) as f64 / 1000.0
}
