//! The call of an annotated function: what `#[observed]` expands to.

use std::future::Future;

use super::armed::arm;
use super::end::end_call;
use super::future::{Progress, Unclassified};
use super::stage::Stage;
use crate::declare::FieldValue;
use crate::observe::captured::Captured;
use crate::observe::current;
use crate::observe::fields::{Constant, FieldResult, ProbedField};
use crate::observe::observation::Observation;
use crate::observe::site::Site;
#[cfg(feature = "telemetry")]
use crate::observe::story;
use crate::observe::verdict::causes::{self, Cause, ERROR};
use crate::observe::verdict::{CapturesCause, Verdict};

/// Captures the fields of a function's value: `ok(..)` and `err(..)`.
#[derive(Clone, Copy, Debug)]
pub struct Captures<'a>(&'a Observation);

impl Captures<'_> {
    /// Captures a field; returns itself for the next one.
    #[expect(clippy::return_self_not_must_use, reason = "the last of a chain is not used")]
    pub fn field<T: ?Sized, V: FieldResult>(
        self,
        name: &'static str,
        probed: ProbedField<T, V>,
    ) -> Self {
        self.0.capture(name, probed.value());
        self
    }
}

impl Captures<'_> {
    #[cold]
    fn error(self, cause: Cause<'_>) {
        if !self.0.has_captured(ERROR) && !current::is_within_another_call() {
            self.0.capture(ERROR, FieldValue::Text(&causes::text(cause)));
            #[cfg(feature = "telemetry")]
            if story::is_active() {
                story::append_error(causes::texts(cause));
            }
        }
    }
}

impl CapturesCause for Captures<'_> {
    fn capture_cause(self, cause: Cause<'_>) {
        self.error(cause);
    }
}

/// Captures fields whose values are literals, in the call that runs now.
#[inline]
pub fn constants(constants: &'static [(&'static str, Constant)]) {
    current::innermost(|call| call.capture_constants(constants));
}

/// A call that has begun. It captures its fields before its observation starts: moving a whole
/// observation for every field would cost more than the field.
#[derive(Debug)]
pub struct CallBuilder {
    site: &'static Site,
    fields: Captured,
}

/// Begins a call.
#[inline]
pub const fn begin(site: &'static Site) -> CallBuilder {
    CallBuilder { site, fields: Captured::new() }
}

impl CallBuilder {
    /// Captures fields whose values are literals.
    #[must_use]
    #[inline]
    pub fn constants(self, constants: &'static [(&'static str, Constant)]) -> Self {
        let mut captured = self;
        captured.fields.add_constants(constants);
        captured
    }

    /// Captures a field.
    #[must_use]
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "else the value is written to memory and read again")]
    pub fn field<T: ?Sized, V: FieldResult>(
        self,
        name: &'static str,
        probed: ProbedField<T, V>,
    ) -> Self {
        let mut captured = self;
        captured.fields.add(name, probed.value());
        captured
    }

    /// Runs the body; its value says how the call ended.
    #[inline]
    pub fn call<R>(
        self,
        body: impl FnOnce() -> R,
        classify: impl FnOnce(&R, Captures<'_>) -> Verdict,
    ) -> R {
        let mut progress = Progress::Ended;
        let observation = progress.begin(self.site, self.fields);
        let armed = arm(observation);
        let mut verdict = Verdict::OK;
        let value = observation.poll(|| {
            let value = body();
            verdict = classify(&value, Captures(observation));
            value
        });
        armed.disarm();
        end_call(&mut progress, &verdict);
        std::mem::forget(progress);
        value
    }

    /// Adds the arguments that the user's future is made of.
    #[inline]
    pub fn with<A>(self, arguments: A) -> CallWithArguments<A> {
        CallWithArguments { site: self.site, arguments }
    }

    /// Like [`CallWithArguments::future`], without arguments.
    #[inline]
    pub fn future<M: FnOnce(()) -> F, F: Future>(self, make: M) -> Unclassified<(), M, F> {
        self.with(()).future(make)
    }

    /// Creates the future within the call, for functions that are not `async` but return a future.
    /// The duration starts at the function's call.
    #[inline]
    pub fn future_from<F: Future>(
        self,
        make: impl FnOnce() -> F,
    ) -> Unclassified<(), fn(()) -> F, F> {
        let mut progress = Progress::Ended;
        let observation = progress.begin(self.site, self.fields);
        let armed = arm(observation);
        let future = observation.poll(make);
        observation.wait_for_first_poll();
        armed.disarm();
        Unclassified { progress, stage: Stage::Made { future } }
    }
}

/// A call that begins when its future is polled, and the arguments until then.
#[derive(Debug)]
pub struct CallWithArguments<A> {
    site: &'static Site,
    arguments: A,
}

impl<A> CallWithArguments<A> {
    /// Creates a future that is the call. At the first poll the call begins, captures its fields,
    /// and makes the user's future.
    #[inline]
    pub fn future<M: FnOnce(A) -> F, F: Future>(self, make: M) -> Unclassified<A, M, F> {
        let stage = Stage::Unmade { make, arguments: self.arguments };
        Unclassified { progress: Progress::Waiting(self.site), stage }
    }
}

/// Like [`Captures`], for a future.
pub(crate) fn captures(observation: &Observation) -> Captures<'_> {
    Captures(observation)
}
