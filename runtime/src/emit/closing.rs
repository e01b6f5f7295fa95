//! The closing event: every observation emits one, so that filters and other layers see it. If the
//! log is the only layer that takes it, its line is written directly.

use std::fmt;

use tracing_core::subscriber::NoSubscriber;
use tracing_core::{LevelFilter, dispatcher};

use super::dispatched::dispatch;
use super::json::JsonLayer;
use crate::declare::Outcome;
use crate::declare::{Level, Operation};
use crate::log::callsite::{Callsites, tracing_level};
use crate::log::log_line::LogLine;
use crate::log::spans::{are_found, write_current};
use crate::observe::ended::{Ended, EventSource};
use crate::observe::endpoint::{Endpoint, TransferStats, status_text};
use crate::observe::observation::Observation;
use crate::observe::request::Request;
use crate::observe::site::Site;
use crate::observe::verdict::Verdict;

pub(super) fn at_level((callsites, operation): Callsite, level: Level) -> EventSource {
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

/// The event's message, in parts: a subscriber may never format it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message(pub(crate) [&'static str; 5]);

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| f.write_str(part))
    }
}

/// Whether no subscriber takes closing events of this level. Callers check this first, because it is one load.
#[inline]
pub(crate) fn is_off(level: Level) -> bool {
    tracing_level(level) > LevelFilter::current()
}

/// Whether any subscriber takes events of any level. Callers check this first, because it is one load.
#[inline]
pub(crate) fn has_subscriber() -> bool {
    LevelFilter::current() != LevelFilter::OFF
}

/// Emits the closing event of a call.
#[inline]
pub(crate) fn emit(observation: &Observation, site: &'static Site, ended: &mut Ended) {
    let operation = Some(&site.operation);
    dispatch_or_log(
        observation,
        at_level((&site.callsites, operation), level(operation, ended)),
        ended,
    );
}

/// Emits the closing event of a request.
pub(crate) fn emit_request(
    observation: &Observation,
    (request, endpoint): (&Request, &'static Endpoint),
    ended: &mut Ended,
) {
    let callsite = callsite_of(endpoint, observation);
    let level = level(callsite.1, ended);
    let request = Some((request.method, endpoint));
    dispatch_or_log(observation, EventSource { request, ..at_level(callsite, level) }, ended);
}

/// Emits the closing event of an endless body. Every client leaves one at some time, so that is logged at the normal level.
pub(crate) fn emit_stream(
    observation: &Observation,
    (request, endpoint): (&Request, &'static Endpoint),
    ended: &mut Ended,
) {
    let callsite = callsite_of(endpoint, observation);
    let Verdict { outcome, error_type, .. } = ended.verdict;
    let left = outcome == Outcome::Aborted && error_type.is_empty();
    let level = if left { ok_level(callsite.1) } else { level(callsite.1, ended) };
    let request = Some((request.method, endpoint));
    dispatch_or_log(
        observation,
        EventSource { request, is_stream: true, ..at_level(callsite, level) },
        ended,
    );
}

/// Writes the closing line if the log is the only layer that takes the event; else dispatches the event to all layers.
#[inline]
fn dispatch_or_log(observation: &Observation, source: EventSource, ended: &mut Ended) {
    let site = source.site;
    if !site.is_on() {
        return;
    }
    let is_done = dispatcher::get_default(|subscriber| {
        let log = subscriber.downcast_ref::<JsonLayer>();
        let log = log.filter(|log| site.is_for(log.id(), subscriber) && are_found(subscriber));
        let spans = |line: &mut LogLine, beside| write_current(line, subscriber, beside);
        // The event may be wanted by the subscriber of another thread.
        log.map(|log| log.closing_line_of(observation, ended, &source, spans)).is_some()
            || subscriber.is::<NoSubscriber>()
    });
    if !is_done && site.is_enabled() {
        dispatch(observation, source, ended);
    }
}

/// The callsites of the event, and the operation that they belong to.
type Callsite = (&'static Callsites, Option<&'static Operation>);

fn callsite_of(endpoint: &'static Endpoint, observation: &Observation) -> Callsite {
    static UNKNOWN: Callsites = Callsites::new();
    let operation = observation.operation();
    let operation = operation.filter(|operation| endpoint.belongs_to(operation));
    // Endpoints without an operation share one set, because there may be thousands of them.
    (operation.map_or(&UNKNOWN, |_| &endpoint.callsites), operation)
}

fn ok_level(operation: Option<&'static Operation>) -> Level {
    operation.map_or(Level::Info, |operation| operation.level)
}

fn level(operation: Option<&'static Operation>, ended: &Ended) -> Level {
    ended.verdict.outcome.level(ok_level(operation))
}

/// The values of the event's own fields, as the event and the line contain them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EventValues {
    /// Microseconds.
    pub(super) duration: u64,
    pub(super) error_type: Option<&'static str>,
    /// Microseconds to the response's head.
    pub(super) head: Option<u64>,
    pub(super) received: Option<u64>,
    pub(super) sent: Option<u64>,
    /// Microseconds in polls, and of the longest poll.
    pub(super) polls: Option<(u64, u64)>,
}

/// How long a body takes, in nanoseconds, before the time of its head is worth a field.
const LONG_BODY: u64 = 1_000_000;

impl EventValues {
    pub(super) fn of(ended: &Ended) -> Self {
        let error_type = ended.verdict.error_type;
        let TransferStats { head, received, sent } = ended.transfer;
        let long = |head: &u64| ended.elapsed.saturating_sub(*head) >= LONG_BODY;
        Self {
            duration: ended.elapsed / 1000,
            error_type: Some(error_type).filter(|error_type| !error_type.is_empty()),
            head: head.filter(long).map(|head| head / 1000),
            received: received.filter(|bytes| *bytes > 0),
            sent: sent.filter(|bytes| *bytes > 0),
            polls: ended.polls.map(|(busy, longest)| (busy.into(), longest.into())),
        }
    }
}
