//! The closing event: one for each observation, so that filters apply and other layers see it. It goes through `tracing`
//! where any do, and to the log straight where that is the only one.

use std::fmt;

use tracing_core::{LevelFilter, dispatcher};

use super::dispatched::dispatch;
use super::json::JsonLayer;
use crate::declare::Outcome;
use crate::declare::{Level, Operation};
use crate::log::callsite::{Callsites, tracing_level};
use crate::log::line::Line;
use crate::log::spans::{are_found, write_current};
use crate::observe::ended::{Ended, EventSource};
use crate::observe::endpoint::{Endpoint, Passed, status_text};
use crate::observe::observation::Observation;
use crate::observe::request::Request;
use crate::observe::site::Site;
use crate::observe::verdict::Verdict;

fn source_of((callsites, operation): ToldBy, level: Level) -> EventSource {
    let site = callsites.get(level, operation);
    EventSource { site, callsites, operation, request: None, is_stream: false }
}

/// The event's message.
pub(super) fn message(source: &EventSource, ended: &Ended) -> Message {
    let outcome = ended.verdict.outcome.as_str();
    match source.request {
        None => Message([source.site.short, " ", outcome, "", ""]),
        Some((method, endpoint)) if source.is_stream => {
            Message([method, " ", endpoint.path, " stream ", outcome])
        }
        Some((method, endpoint)) => {
            let answer = ended.verdict.status.map_or(outcome, status_text);
            Message([method, " ", endpoint.path, " ", answer])
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
pub(crate) fn emit(observation: &Observation, site: &'static Site, ended: &mut Ended) {
    let operation = Some(&site.operation);
    tell(observation, source_of((&site.callsites, operation), level(operation, ended)), ended);
}

/// Emits the closing event of a request.
pub(crate) fn emit_request(
    observation: &Observation,
    (request, endpoint): (&Request, &'static Endpoint),
    ended: &mut Ended,
) {
    let told_by = told_by(endpoint, observation);
    let level = level(told_by.1, ended);
    let request = Some((request.method, endpoint));
    tell(observation, EventSource { request, ..source_of(told_by, level) }, ended);
}

/// Emits the closing event of an endless body. Whoever reads one leaves at some time: that is no warning.
pub(crate) fn emit_stream(
    observation: &Observation,
    (request, endpoint): (&Request, &'static Endpoint),
    ended: &mut Ended,
) {
    let told_by = told_by(endpoint, observation);
    let Verdict { outcome, error_type, .. } = ended.verdict;
    let left = outcome == Outcome::Aborted && error_type.is_empty();
    let level = if left { ok_level(told_by.1) } else { level(told_by.1, ended) };
    let request = Some((request.method, endpoint));
    tell(observation, EventSource { request, is_stream: true, ..source_of(told_by, level) }, ended);
}

/// Tells the event to whoever wants it: to the log straight, where that is the only one.
#[inline]
fn tell(observation: &Observation, source: EventSource, ended: &mut Ended) {
    let site = source.site;
    if !site.is_on() {
        return;
    }
    let alone = dispatcher::get_default(|subscriber| {
        let log = subscriber.downcast_ref::<JsonLayer>();
        let log = log.filter(|log| site.is_for(log.id(), subscriber) && are_found(subscriber));
        let spans = |line: &mut Line, beside| write_current(line, subscriber, beside);
        log.map(|log| observation.enter(|| log.closing_line(ended, &source, spans))).is_some()
    });
    if !alone && site.is_enabled() {
        dispatch(observation, source, ended);
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

fn level(operation: Option<&'static Operation>, ended: &Ended) -> Level {
    ended.verdict.outcome.level(ok_level(operation))
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
    pub(super) fn of(ended: &Ended) -> Self {
        let error_type = ended.verdict.error_type;
        let Passed { head, received, sent } = ended.passed;
        let long = |head: &u64| ended.elapsed.saturating_sub(*head) >= LONG_BODY;
        Self {
            duration: ended.elapsed / 1000,
            error_type: Some(error_type).filter(|error_type| !error_type.is_empty()),
            head: head.filter(long).map(|head| head / 1000),
            received: received.filter(|bytes| *bytes > 0),
            sent: sent.filter(|bytes| *bytes > 0),
        }
    }
}
