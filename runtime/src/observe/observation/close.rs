//! Takes the data out of an observation when it ends.

use std::sync::Arc;

use super::{Observation, Subject};
use crate::declare::{FaultTag, Outcome};
use crate::observe::calls::Duration;
use crate::observe::current;
use crate::observe::ended::Ended;
use crate::observe::endpoint::TransferStats;
use crate::observe::shared::{CrossThreadData, Shared};
use crate::observe::verdict::Verdict;
use crate::record::clock::Reading;

impl Observation {
    /// Closes the observation; returns `true` only the first time.
    #[inline]
    pub(crate) fn close(&self) -> bool {
        !self.ended.replace(true)
    }

    /// Nanoseconds from its start to `at`.
    #[inline]
    pub(crate) fn elapsed(&self, at: Reading) -> u64 {
        at.since(self.started)
    }

    /// The duration of an end at `at`.
    #[inline]
    pub(crate) fn duration(&self, at: Reading) -> Duration {
        let elapsed = self.elapsed(at);
        Duration { elapsed, last_poll: self.last_poll(at, elapsed) }
    }

    /// Whether its body panicked.
    pub(crate) fn has_panicked(&self) -> bool {
        self.panicked.get()
    }

    /// The shared part, if a handle was ever created.
    #[inline]
    pub(crate) fn shared_part(&self) -> Option<&Arc<Shared>> {
        self.shared.get()
    }

    /// Whether a call has nothing to be dropped besides its fields, no span, and is not in a sampled
    /// trace. Only requests have deferred decisions.
    #[inline]
    pub(crate) fn is_bare(&self) -> bool {
        self.store.is_global()
            && self.shared.get().is_none()
            && !self.trace.is_sampled()
            && !self.recorder.is_on()
            && self.story.is_none()
    }

    /// Whether it captured no fields, or gave them to its request.
    #[inline]
    pub(crate) fn has_no_fields(&self) -> bool {
        self.fields.is_none()
    }

    /// The data of the end. Takes the fields, so nothing can be captured later.
    pub(crate) fn ended(&self, (at, duration): (Reading, Duration), verdict: Verdict) -> Ended {
        let (fields, transfer) = (self.fields.take(), TransferStats::default());
        let polls = self.polls_if_slow();
        let elapsed = duration.elapsed;
        let (source, story, is_logged) = (None, None, false.into());
        Ended { fields, at, elapsed, transfer, polls, verdict, story, is_logged, source }
    }

    /// Adds the data from other threads, and returns the verdict: a fault among it takes precedence
    /// over `verdict`.
    pub(crate) fn take_cross_thread(
        &self,
        cross_thread: CrossThreadData,
        verdict: Verdict,
    ) -> Verdict {
        self.fields.extend(&cross_thread.fields);
        self.recorder.extend(cross_thread.events);
        #[cfg(feature = "telemetry")]
        if let Some(story) = cross_thread.story.take() {
            self.story.absorb(story, 0);
        }
        if let (Subject::Call { claimed: true, .. }, Some(fault)) =
            (&self.subject, &cross_thread.fault)
        {
            // The request may be answered as if nothing had happened.
            current::request(|shared, _| shared.fail(fault.clone()));
        }
        cross_thread.fault.map_or(verdict, |fault| reported(&fault, verdict))
    }

    /// Gives the story of work that was moved to another task or thread to what it was moved from.
    #[cfg(feature = "telemetry")]
    #[inline]
    pub(crate) fn give_story(&self) {
        if !self.story.is_none() {
            self.give_some_story();
        }
    }

    #[cfg(not(feature = "telemetry"))]
    #[expect(clippy::unused_self, reason = "as where stories are captured")]
    pub(crate) const fn give_story(&self) {}

    #[cfg(feature = "telemetry")]
    #[cold]
    fn give_some_story(&self) {
        if let (Some(shared), Some(story)) = (self.shared.get(), self.story.take()) {
            shared.outermost().unwrap_or(shared).take_story(story);
        }
    }

    /// Like [`give_to_request`](Self::give_to_request), for a handler without a fault and without a
    /// span of its own: none of its fields is left here.
    #[inline]
    pub(crate) fn hand_fields_to_request(&self) -> bool {
        let given = current::innermost(|outer| {
            let is_its_request = outer.is_open() && matches!(outer.subject, Subject::Request);
            if is_its_request && !self.fields.is_none() {
                outer.fields.give(self.fields.take());
            }
            is_its_request
        });
        given.unwrap_or(false) || self.hand_fields_elsewhere()
    }

    #[cold]
    fn hand_fields_elsewhere(&self) -> bool {
        let given = self.give_to_request("");
        if given {
            // A request of another task has copied them.
            drop(self.fields.take());
        }
        given
    }

    /// Hands the fields and the fault of the request's handler to the request, whose closing event
    /// contains them. `false` if the request has ended.
    #[inline(never)]
    pub(crate) fn give_to_request(&self, error_type: &'static str) -> bool {
        let given = current::request(|shared, observation| {
            if let Some(request) = shared.request().filter(|_| !error_type.is_empty()) {
                request.set_error_type(error_type);
            }
            match observation {
                None => self.fields.lend(|fields| shared.give(fields)),
                Some(observation) if !observation.is_open() => false,
                // The call's own span needs them too.
                Some(observation) if self.recorder.is_on() => {
                    self.fields.lend(|fields| observation.fields.extend(fields));
                    true
                }
                Some(observation) => {
                    observation.fields.give(self.fields.take());
                    true
                }
            }
        });
        given.unwrap_or(false)
    }
}

/// A fault that was reported on the observation takes precedence over the value and the response;
/// the status that was sent stays.
fn reported(fault: &FaultTag, verdict: Verdict) -> Verdict {
    if matches!(verdict.outcome, Outcome::Panic | Outcome::Cancelled | Outcome::Aborted) {
        return verdict;
    }
    let outcome = Outcome::of_blame(fault.blame);
    Verdict { outcome, error_type: fault.error_type, status: verdict.status, deferred: false }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::*;

    use crate::declare::{Blame, FieldValue, Operation, SourceLocation};
    use crate::observe::captured::Captured;
    use crate::observe::observation::PooledObservation;
    use crate::observe::observation::tests::subscriber;
    use crate::observe::site::Site;
    use crate::record::ambient::StoreRef;

    static SITE: Site = Site::new(Operation::new("handler", SourceLocation::new("c.rs", 1, "m")));

    fn handler() -> Observation {
        let mut call = Observation::call(&SITE, Captured::new());
        call.subject = Subject::Call { site: &SITE, claimed: true };
        call.capture("field", FieldValue::Bool(true));
        call
    }

    fn request() -> PooledObservation {
        PooledObservation::request(&StoreRef::scoped(), "GET", None, None)
    }

    fn error_type(request: &PooledObservation) -> Option<&'static str> {
        request.request().unwrap().error_type()
    }

    #[test]
    fn a_handler_gives_its_fields_and_its_fault_to_the_request() {
        let _subscriber = subscriber();
        let (request, good) = (request(), request());
        assert!(request.enter(|| handler().give_to_request("database")));
        assert!(request.has_captured("field"));
        assert_eq!(error_type(&request), Some("database"));
        assert!(good.enter(|| handler().give_to_request("")));
        assert_eq!(error_type(&good), None);
        assert!(!handler().give_to_request("nobody's"), "it has no request");
    }

    #[test]
    fn a_request_that_has_ended_takes_nothing() {
        let _subscriber = subscriber();
        let request = request();
        request.close();
        assert!(!request.enter(|| handler().give_to_request("database")));
        assert!(!request.has_captured("field"));
    }

    #[test]
    fn a_handler_on_another_task_gives_by_the_shared_part() {
        let _subscriber = subscriber();
        let request = request();
        let carried = request.enter(current);
        assert!(carried.in_scope(|| handler().give_to_request("database")));
        let data = request.shared().close().unwrap();
        assert!(data.fields.has("field"));
        assert!(!carried.in_scope(|| handler().give_to_request("late")));
    }

    #[test]
    fn a_reported_fault_takes_precedence_unless_nothing_was_answered() {
        let fault = FaultTag::new("reported", Blame::Server).with_status(502);
        let answered = reported(&fault, Verdict::of_status(200));
        assert_eq!(
            (answered.outcome, answered.error_type, answered.status),
            (Outcome::ServerError, "reported", Some(200))
        );
        for outcome in [Outcome::Panic, Outcome::Cancelled, Outcome::Aborted] {
            let verdict = Verdict { outcome, ..Verdict::OK };
            assert_eq!(reported(&fault, verdict), verdict);
        }
    }

    #[test]
    fn a_fault_that_was_reported_on_the_handler_is_the_requests() {
        let request = request();
        let data = || CrossThreadData {
            fault: Some(FaultTag::new("reported", Blame::Client)),
            ..CrossThreadData::default()
        };
        let verdict = request.enter(|| handler().take_cross_thread(data(), Verdict::OK));
        assert_eq!(verdict.error_type, "reported");
        let fault = request.shared().close().unwrap().fault;
        assert_eq!(fault.unwrap().error_type, "reported");

        let other = self::request();
        let call = Observation::call(&SITE, Captured::new());
        other.enter(|| call.take_cross_thread(data(), Verdict::OK));
        assert!(other.shared().close().is_none(), "it is not the handler");
    }
}
