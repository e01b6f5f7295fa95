//! The call of an annotated function: what `#[observed]` expands to.

use std::future::Future;

use super::armed::arm;
use super::end::end;
use super::future::Unjudged;
use crate::declare::{FieldValue, Outcome};
use crate::observe::captured::Captured;
use crate::observe::current;
use crate::observe::fields::{Found, Harmless, Known, Public};
use crate::observe::observation::Observation;
use crate::observe::site::{Routed, Site};
use crate::observe::verdict::causes::{self, Cause, ERROR};
use crate::observe::verdict::{Conclusion, Verdict};

/// Captures the fields of a function's value: `ok(..)` and `err(..)`.
#[derive(Clone, Copy, Debug)]
pub struct Captures<'a>(&'a Observation);

impl Captures<'_> {
    /// Captures a field; returns itself for the next one.
    #[expect(clippy::return_self_not_must_use, reason = "the last of a chain is not used")]
    pub fn field<T: ?Sized, V>(self, name: &'static str, found: Found<T, V>) -> Self
    where
        V: Public<T> + Known<T> + Harmless<T>,
    {
        self.0.capture(name, found.value());
        self
    }
}

impl Captures<'_> {
    #[cold]
    fn tell(self, cause: Cause<'_>) {
        if !self.0.has_captured(ERROR) && !current::is_within_another_call() {
            self.0.capture(ERROR, FieldValue::Text(&causes::text(cause)));
        }
    }
}

/// The verdict of a value. The outermost call that returns an error captures its text; inner calls
/// would repeat it. A field named `error` of the function's own replaces it.
#[inline]
pub fn judged(
    captures: Captures<'_>,
    conclusion: impl Conclusion,
    cause: Option<Cause<'_>>,
) -> Verdict {
    let verdict = conclusion.verdict();
    if let Some(cause) = cause.filter(|_| verdict.outcome != Outcome::Ok) {
        captures.tell(cause);
    }
    verdict
}

/// The call that runs now: captures the first fields of an `async` body.
#[derive(Clone, Copy, Debug)]
pub struct Entered(());

/// The call that runs now.
#[inline]
pub const fn entered() -> Entered {
    Entered(())
}

impl Entered {
    /// Captures a field.
    pub fn field<T: ?Sized, V>(self, name: &'static str, found: Found<T, V>) -> Self
    where
        V: Public<T> + Known<T> + Harmless<T>,
    {
        current::innermost(|call| call.capture(name, found.value()));
        self
    }
}

/// A call that has begun. It captures its fields before its observation starts: moving a whole
/// observation for every field would cost more than the field.
#[derive(Debug)]
pub struct Begun {
    site: &'static Site,
    fields: Captured,
}

/// Begins a call.
#[inline]
pub const fn begin(site: &'static Site) -> Begun {
    Begun { site, fields: Captured::new() }
}

/// Begins a call of the function that has the route.
#[inline]
pub fn begin_routed<R: Routed>() -> Begun {
    begin(R::site())
}

impl Begun {
    /// Captures a field.
    #[must_use]
    pub fn field<T: ?Sized, V>(self, name: &'static str, found: Found<T, V>) -> Self
    where
        V: Public<T> + Known<T> + Harmless<T>,
    {
        let mut captured = self;
        captured.fields.add(name, found.value());
        captured
    }

    #[inline]
    pub(super) fn observe(self) -> Observation {
        Observation::call(self.site, self.fields)
    }

    /// Runs the body; its value says how the call ended.
    #[inline]
    pub fn call<R>(
        self,
        body: impl FnOnce() -> R,
        judge: impl FnOnce(&R, Captures<'_>) -> Verdict,
    ) -> R {
        let observation = self.observe();
        let armed = arm(&observation);
        let mut verdict = Verdict::OK;
        let value = observation.poll(|| {
            let value = body();
            verdict = judge(&value, Captures(&observation));
            value
        });
        end(&observation, verdict);
        armed.disarm();
        value
    }

    /// Creates a future that is the call. The call begins, and captures its fields, at the first
    /// poll.
    #[inline]
    pub fn future<F: Future>(self, future: F) -> Unjudged<F> {
        Unjudged { entry: Some(self.site), observation: None, future }
    }

    /// Creates the future within the call, for functions that are not `async` but return a future.
    /// The duration starts at the function's call.
    #[inline]
    pub fn make<F: Future>(self, make: impl FnOnce() -> F) -> Unjudged<F> {
        let observation = self.observe();
        let armed = arm(&observation);
        let future = observation.poll(make);
        armed.disarm();
        Unjudged { entry: None, observation: Some(observation), future }
    }
}

/// Like [`Captures`], for a future.
pub(crate) fn captures(observation: &Observation) -> Captures<'_> {
    Captures(observation)
}
