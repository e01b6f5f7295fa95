//! The call of an annotated function: what `#[observed]` expands to.

use std::error::Error;
use std::future::Future;

use super::current;
use super::fields::{FieldValue, Found, Known, Public};
use super::future::Unjudged;
use super::observation::Observation;
use super::outcome::Outcome;
use super::site::Site;
use super::verdict::{Verdict, causes};

/// An observation that has begun; its function's body comes next.
#[derive(Debug)]
pub struct Begun(Observation);

/// Where the fields of a function's value go: `ok(..)` and `err(..)`.
#[derive(Clone, Copy, Debug)]
pub struct Captures<'a>(&'a Observation);

impl Captures<'_> {
    /// Captures a field; gives itself back for the next one.
    #[expect(clippy::return_self_not_must_use, reason = "the last of a chain is not used")]
    pub fn field<T: ?Sized, V>(self, name: &'static str, found: Found<T, V>) -> Self
    where
        V: Public<T> + Known<T>,
    {
        self.0.capture(name, found.value());
        self
    }
}

impl Captures<'_> {
    /// Captures what a bad value says, in the outermost call that it comes out of: those inside would tell the
    /// same again. A field named `error` of the function's own replaces it.
    #[inline]
    pub fn judged(self, verdict: Verdict, cause: Option<&dyn Error>) -> Verdict {
        if let Some(cause) = cause.filter(|_| verdict.outcome != Outcome::Ok) {
            self.tell(cause);
        }
        verdict
    }

    #[cold]
    fn tell(self, cause: &dyn Error) {
        if !self.0.has_captured("error") && !current::is_within_another_call() {
            self.0.capture("error", FieldValue::Text(&causes::text(cause)));
        }
    }
}

/// Begins the observation of a call.
#[inline]
pub fn begin(site: &'static Site) -> Begun {
    Begun(Observation::call(site))
}

impl Begun {
    /// Captures a field at entry.
    #[must_use]
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "else all of the observation is moved for every field"
    )]
    pub fn field<T: ?Sized, V>(self, name: &'static str, found: Found<T, V>) -> Self
    where
        V: Public<T> + Known<T>,
    {
        self.0.capture(name, found.value());
        self
    }

    /// Runs the body; its value says how the call ended.
    #[inline]
    pub fn call<R>(
        self,
        body: impl FnOnce() -> R,
        judge: impl FnOnce(&R, Captures<'_>) -> Verdict,
    ) -> R {
        let armed = self.0.arm();
        let mut verdict = Verdict::OK;
        let value = self.0.poll(|| {
            let value = body();
            verdict = judge(&value, Captures(&self.0));
            value
        });
        self.0.end(verdict);
        armed.disarm();
        value
    }

    /// Makes a future that is the call.
    #[inline]
    pub fn future<F: Future>(self, future: F) -> Unjudged<F> {
        Unjudged { observation: self.0, future }
    }

    /// Makes the future and it the call: for functions that are not `async` but return a future. Time runs
    /// from the function's call.
    #[inline]
    pub fn make<F: Future>(self, make: impl FnOnce() -> F) -> Unjudged<F> {
        let armed = self.0.arm();
        let future = self.0.poll(make);
        armed.disarm();
        Unjudged { observation: self.0, future }
    }
}

/// As [`Captures`], for the judge of a future.
pub(crate) fn captures(observation: &Observation) -> Captures<'_> {
    Captures(observation)
}
