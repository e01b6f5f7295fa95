//! The closing event: one for each observation, so that filters apply and other layers see it. It goes through `tracing`
//! where any do, and to the log straight where that is the only one.

use std::fmt;

use tracing_core::{LevelFilter, dispatcher};

use super::callsite::{Callsites, EventSite, tracing_level};
use super::dispatched::dispatch;
use super::json::JsonLayer;
use super::line::Line;
use super::spans::{are_found, write_current};
use crate::declare::{Level, Operation};
use crate::observe::captured::Boxed;
use crate::observe::endpoint::{Endpoint, Passed, status_text};
use crate::observe::observation::Observation;
use crate::observe::outcome::Outcome;
use crate::observe::request::Request;
use crate::observe::site::Site;
use crate::observe::verdict::Verdict;
use crate::record::clock::Reading;

/// What is told of an observation that ends.
#[derive(Debug)]
pub(crate) struct Closing {
    pub(crate) fields: Boxed,
    /// When it ended.
    pub(crate) ended: Reading,
    /// Nanoseconds.
    pub(crate) elapsed: u64,
    /// What passed of a request. Its head's time is told where a body took long, bytes where there were any.
    pub(crate) passed: Passed,
    pub(crate) verdict: Verdict,
    /// Set when its event is dispatched.
    pub(crate) about: Option<About>,
}

/// What the event is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About {
    pub(crate) site: &'static EventSite,
    pub(crate) callsites: &'static Callsites,
    pub(crate) operation: Option<&'static Operation>,
    /// The method and the endpoint of a request.
    pub(crate) request: Option<(&'static str, &'static Endpoint)>,
    /// Whether it is the end of an endless body, whose request has ended.
    pub(super) is_stream: bool,
}

impl About {
    fn of((callsites, operation): ToldBy, level: Level) -> Self {
        let site = callsites.get(level, operation);
        Self { site, callsites, operation, request: None, is_stream: false }
    }

    /// The status that was sent to a request.
    pub(super) fn status(&self, closing: &Closing) -> Option<u16> {
        closing.verdict.status.filter(|_| self.request.is_some())
    }

    pub(super) fn message(&self, closing: &Closing) -> Message {
        let outcome = closing.verdict.outcome.as_str();
        match self.request {
            None => Message([self.site.short, " ", outcome, "", ""]),
            Some((method, endpoint)) if self.is_stream => {
                Message([method, " ", endpoint.path, " stream ", outcome])
            }
            Some((method, endpoint)) => {
                let answer = closing.verdict.status.map_or(outcome, status_text);
                Message([method, " ", endpoint.path, " ", answer])
            }
        }
    }
}

/// The event's message, in parts: nobody may ask for it as text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message(pub(crate) [&'static str; 5]);

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| f.write_str(part))
    }
}

/// Whether nobody can want the closing event of a call of `operation` that ends so: no subscriber takes its level.
/// Asked first of all, as it is one load.
#[inline]
pub(crate) fn is_off(operation: &Operation, outcome: Outcome) -> bool {
    tracing_level(outcome.level(operation.level)) > LevelFilter::current()
}

/// Emits the closing event of a call.
#[inline]
pub(crate) fn emit(observation: &Observation, site: &'static Site, closing: &mut Closing) {
    let operation = Some(&site.operation);
    tell(observation, About::of((&site.callsites, operation), level(operation, closing)), closing);
}

/// Emits the closing event of a request.
pub(crate) fn emit_request(
    observation: &Observation,
    (request, endpoint): (&Request, &'static Endpoint),
    closing: &mut Closing,
) {
    let told_by = told_by(endpoint, observation);
    let level = level(told_by.1, closing);
    let request = Some((request.method, endpoint));
    tell(observation, About { request, ..About::of(told_by, level) }, closing);
}

/// Emits the closing event of an endless body. Whoever reads one leaves at some time: that is no warning.
pub(crate) fn emit_stream(
    observation: &Observation,
    (request, endpoint): (&Request, &'static Endpoint),
    closing: &mut Closing,
) {
    let told_by = told_by(endpoint, observation);
    let Verdict { outcome, error_type, .. } = closing.verdict;
    let left = outcome == Outcome::Aborted && error_type.is_empty();
    let level = if left { ok_level(told_by.1) } else { level(told_by.1, closing) };
    let request = Some((request.method, endpoint));
    tell(observation, About { request, is_stream: true, ..About::of(told_by, level) }, closing);
}

/// Tells the event to whoever wants it: to the log straight, where that is the only one.
#[inline]
fn tell(observation: &Observation, about: About, closing: &mut Closing) {
    let site = about.site;
    if !site.is_on() {
        return;
    }
    let alone = dispatcher::get_default(|subscriber| {
        let log = subscriber.downcast_ref::<JsonLayer>();
        let log = log.filter(|log| site.is_for(log.id(), subscriber) && are_found(subscriber));
        let spans = |line: &mut Line, beside| write_current(line, subscriber, beside);
        log.map(|log| observation.enter(|| log.closing_line(closing, &about, spans))).is_some()
    });
    if !alone && site.is_enabled() {
        dispatch(observation, about, closing);
    }
}

/// Whose event it is.
type ToldBy = (&'static Callsites, Option<&'static Operation>);

fn told_by(endpoint: &'static Endpoint, observation: &Observation) -> ToldBy {
    static UNKNOWN: Callsites = Callsites::new();
    let operation = observation.operation();
    let operation = operation.filter(|operation| endpoint.belongs_to(operation));
    // Endpoints without an operation share one set: there may be thousands of them.
    (operation.map_or(&UNKNOWN, |_| &endpoint.callsites), operation)
}

fn ok_level(operation: Option<&'static Operation>) -> Level {
    operation.map_or(Level::Info, |operation| operation.level)
}

fn level(operation: Option<&'static Operation>, closing: &Closing) -> Level {
    closing.verdict.outcome.level(ok_level(operation))
}

/// The values of an event's own fields, as they are told: in a line, too.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told {
    /// Microseconds.
    pub(super) duration: u64,
    pub(super) error_type: Option<&'static str>,
    /// Microseconds to the response's head.
    pub(super) head: Option<u64>,
    pub(super) received: Option<u64>,
    pub(super) sent: Option<u64>,
}

/// A body that takes so long, in nanoseconds, makes it worth telling when the head was there.
const LONG_BODY: u64 = 1_000_000;

impl Told {
    pub(super) fn of(closing: &Closing) -> Self {
        let error_type = closing.verdict.error_type;
        let Passed { head, received, sent } = closing.passed;
        let long = |head: &u64| closing.elapsed.saturating_sub(*head) >= LONG_BODY;
        Self {
            duration: closing.elapsed / 1000,
            error_type: Some(error_type).filter(|error_type| !error_type.is_empty()),
            head: head.filter(long).map(|head| head / 1000),
            received: received.filter(|bytes| *bytes > 0),
            sent: sent.filter(|bytes| *bytes > 0),
        }
    }
}
