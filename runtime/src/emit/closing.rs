//! The closing event: one for each observation, through `tracing`, so that filters apply and other layers
//! see it.

use std::fmt;

use tracing_core::field::{Value, display};
use tracing_core::{Event, LevelFilter, Metadata};

use super::callsite::{Callsites, EventSite, FIXED, MAX_FIELDS, tracing_level};
use super::places::{CAPTURED, Places};
use crate::declare::{Level, Operation};
use crate::observe::captured::Taken;
use crate::observe::endpoint::{Endpoint, Passed, status_text};
use crate::observe::fields::FieldValue;
use crate::observe::observation::Observation;
use crate::observe::outcome::Outcome;
use crate::observe::request::Request;
use crate::observe::site::Site;
use crate::observe::verdict::Verdict;
use crate::record::clock::Reading;
use crate::record::frame::Slot;

/// What is told of an observation that ends.
#[derive(Debug)]
pub(crate) struct Closing {
    pub(crate) fields: Taken,
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
    pub(crate) message: Message,
    pub(super) places: Places,
    pub(super) told: Told,
}

impl About {
    #[inline]
    fn of(
        closing: &Closing,
        site: &'static EventSite,
        (callsites, operation): ToldBy,
        request: Option<(&'static str, &'static Endpoint)>,
        message: Message,
    ) -> Self {
        let (places, told) = (Places::of(site, closing), Told::of(closing, request.is_some()));
        Self { site, callsites, operation, request, message, places, told }
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

thread_local! {
    /// The closing event that is being dispatched on this thread.
    static DISPATCHED: Slot<Closing> = const { Slot::new() };
}

/// Gives `f` the closing event with `metadata`, if it is being dispatched now.
#[inline]
pub(crate) fn dispatched<R>(
    metadata: &Metadata<'_>,
    f: impl FnOnce(&Closing, &About) -> R,
) -> Option<R> {
    DISPATCHED.with(|slot| {
        slot.with(|mut frames| {
            let closing = frames.next()?;
            let about = closing.about.as_ref()?;
            std::ptr::eq(about.site.metadata()?, std::ptr::from_ref(metadata).cast())
                .then(|| f(closing, about))
        })
    })
}

/// Whether the event with `metadata` is the closing event that is being dispatched now.
#[cfg(feature = "traces")]
pub(crate) fn is_dispatched(metadata: &Metadata<'_>) -> bool {
    dispatched(metadata, |_, _| ()).is_some()
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
    let Some(event) = wanted(&site.callsites, operation, level(operation, closing)) else { return };
    let outcome = closing.verdict.outcome.as_str();
    let message = Message([event.constant.short, " ", outcome, "", ""]);
    let about = About::of(closing, event, (&site.callsites, operation), None, message);
    dispatch(observation, about, closing);
}

/// Emits the closing event of a request.
pub(crate) fn emit_request(
    observation: &Observation,
    (request, endpoint): (&Request, &'static Endpoint),
    closing: &mut Closing,
) {
    let (callsites, operation) = told_by(endpoint, observation);
    let Some(site) = wanted(callsites, operation, level(operation, closing)) else { return };
    let answer = match closing.verdict.status {
        Some(status) => status_text(status),
        None => closing.verdict.outcome.as_str(),
    };
    let message = Message([request.method, " ", endpoint.path, " ", answer]);
    let request = Some((request.method, endpoint));
    let about = About::of(closing, site, (callsites, operation), request, message);
    dispatch(observation, about, closing);
}

/// Emits the closing event of an endless body. Whoever reads one leaves at some time: that is no warning.
pub(crate) fn emit_stream(
    observation: &Observation,
    (request, endpoint): (&Request, &'static Endpoint),
    closing: &mut Closing,
) {
    let (callsites, operation) = told_by(endpoint, observation);
    let Verdict { outcome, error_type, .. } = closing.verdict;
    let left = outcome == Outcome::Aborted && error_type.is_empty();
    let level = if left { ok_level(operation) } else { level(operation, closing) };
    let Some(site) = wanted(callsites, operation, level) else { return };
    let message = Message([request.method, " ", endpoint.path, " stream ", outcome.as_str()]);
    let request = Some((request.method, endpoint));
    let about = About::of(closing, site, (callsites, operation), request, message);
    dispatch(observation, about, closing);
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

/// The callsite of the event at `level`, if anyone wants it. Asked before anything else is done: where nobody
/// does, that would be most of what an observation costs.
#[inline]
fn wanted(
    callsites: &'static Callsites,
    operation: Option<&'static Operation>,
    level: Level,
) -> Option<&'static EventSite> {
    let site = callsites.get(level, operation);
    site.enabled().then_some(site)
}

/// The values of an event's own fields, as they are told: in a line, too.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told {
    pub(super) outcome: &'static str,
    /// Microseconds.
    pub(super) duration: u64,
    pub(super) error_type: Option<&'static str>,
    pub(super) status: Option<u16>,
    /// Microseconds to the response's head.
    pub(super) head: Option<u64>,
    pub(super) received: Option<u64>,
    pub(super) sent: Option<u64>,
}

/// A body that takes so long, in nanoseconds, makes it worth telling when the head was there.
const LONG_BODY: u64 = 1_000_000;

impl Told {
    fn of(closing: &Closing, is_request: bool) -> Self {
        let Verdict { outcome, error_type, status, .. } = closing.verdict;
        let Passed { head, received, sent } = closing.passed;
        let long = |head: &u64| closing.elapsed.saturating_sub(*head) >= LONG_BODY;
        Self {
            outcome: outcome.as_str(),
            duration: closing.elapsed / 1000,
            error_type: Some(error_type).filter(|error_type| !error_type.is_empty()),
            status: status.filter(|_| is_request),
            head: head.filter(long).map(|head| head / 1000),
            received: received.filter(|bytes| *bytes > 0),
            sent: sent.filter(|bytes| *bytes > 0),
        }
    }
}

fn dispatch(observation: &Observation, about: About, closing: &mut Closing) {
    closing.about = Some(about);
    // Most events are small, and what is not filled need not be cleared.
    if about.site.names.len() <= FIXED.len() + FEW {
        send::<FEW, { FIXED.len() + FEW }>(observation, &about, closing);
    } else {
        send::<CAPTURED, MAX_FIELDS>(observation, &about, closing);
    }
}

/// How many captured fields are few.
const FEW: usize = 8;

/// Sends the event with `ALL` fields at the most, of which `CAPTURED` are no `FIXED` ones.
fn send<const CAPTURED: usize, const ALL: usize>(
    observation: &Observation,
    about: &About,
    closing: &Closing,
) {
    let told = about.told;
    let message = display(&about.message);
    let duration_ms = milliseconds(told.duration);
    let head_ms = told.head.map(milliseconds);
    let (method, path) =
        (about.request.map(|(method, _)| method), about.request.map(|(_, e)| e.path));
    let name = about.operation.map(|operation| operation.name);
    let mut captured = [FieldValue::Empty; CAPTURED];
    let count = about.site.names.len();
    for (place, value) in captured[..count - FIXED.len()].iter_mut().enumerate() {
        *value = about.places.value(place, closing);
    }
    let mut values: [Option<&dyn Value>; ALL] = [None; ALL];
    // In the order of `FIXED`.
    let fixed: [Option<&dyn Value>; FIXED.len()] = [
        Some(&message),
        Some(&told.outcome),
        Some(&duration_ms),
        told.error_type.as_ref().map(|v| v as _),
        method.as_ref().map(|v| v as _),
        path.as_ref().map(|v| v as _),
        told.status.as_ref().map(|v| v as _),
        name.as_ref().map(|v| v as _),
        head_ms.as_ref().map(|v| v as _),
        told.received.as_ref().map(|v| v as _),
        told.sent.as_ref().map(|v| v as _),
    ];
    values[..FIXED.len()].copy_from_slice(&fixed);
    for (value, captured) in values[FIXED.len()..count].iter_mut().zip(&captured) {
        *value = as_value(captured);
    }
    let Some(metadata) = about.site.metadata() else { return };
    let values = metadata.fields().value_set_all(&values[..count]);
    observation.enter(|| {
        Slot::enter(&DISPATCHED, closing, || Event::dispatch(metadata, &values));
    });
}

fn as_value<'a>(value: &'a FieldValue<'a>) -> Option<&'a dyn Value> {
    match value {
        FieldValue::Bool(value) => Some(value),
        FieldValue::I64(value) => Some(value),
        FieldValue::U64(value) => Some(value),
        FieldValue::F64(value) => Some(value),
        FieldValue::Text(value) => Some(value),
        // Captured text is text.
        _ => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "exact for 285 years")]
fn milliseconds(microseconds: u64) -> f64 {
    microseconds as f64 / 1000.0
}
