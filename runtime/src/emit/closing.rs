//! The closing event: one for each observation, through `tracing`, so that filters apply and other layers
//! see it.

use tracing_core::field::{FieldSet, Value, display};
use tracing_core::{Event, LevelFilter, Metadata};

use super::callsite::{Callsites, FIXED, tracing_level};
use crate::declare::{Level, Operation};
use crate::observe::endpoint::{Endpoint, Passed, status_text};
use crate::observe::fields::FieldValue;
use crate::observe::objective;
use crate::observe::observation::Observation;
use crate::observe::outcome::Outcome;
use crate::observe::request::Request;
use crate::observe::site::Site;
use crate::observe::verdict::Verdict;
use crate::record::frame::Slot;

/// What a closing event tells.
#[derive(Debug)]
pub(crate) struct Closing<'a> {
    pub(crate) observation: &'a Observation,
    pub(crate) fields: &'a [(&'static str, FieldValue)],
    /// Nanoseconds.
    pub(crate) elapsed: u64,
    /// What passed of a request. Its head's time is told where a body took long, bytes where there were any.
    pub(crate) passed: Passed,
    pub(crate) verdict: Verdict,
}

/// The closing event that is being dispatched on this thread: its captured fields by name, those included
/// that the event's field set does not know.
#[derive(Debug)]
pub(crate) struct Dispatched {
    pub(crate) metadata: *const Metadata<'static>,
    pub(crate) fields: Vec<(&'static str, FieldValue)>,
    pub(crate) ending: Ending,
}

/// What decides whether the event becomes a line.
#[derive(Debug)]
pub(crate) struct Ending {
    pub(crate) outcome: Outcome,
    pub(crate) error_type: &'static str,
    /// 0 where none was sent.
    pub(crate) status: u16,
    /// It took longer than the objective allows.
    pub(crate) late: bool,
    pub(crate) callsites: &'static Callsites,
    /// The operation's name; empty where there is none.
    pub(crate) name: &'static str,
}

thread_local! {
    static DISPATCHED: Slot<Dispatched> = const { Slot::new() };
}

/// Gives `f` the closing event with `metadata`, if it is being dispatched now.
pub(crate) fn dispatched<R>(
    metadata: &Metadata<'_>,
    f: impl FnOnce(&Dispatched) -> R,
) -> Option<R> {
    DISPATCHED.with(|slot| {
        slot.with(|mut frames| {
            frames
                .next()
                .filter(|dispatched| std::ptr::eq(dispatched.metadata.cast(), metadata))
                .map(f)
        })
    })
}

/// As [`dispatched`], for its captured fields alone.
pub(crate) fn captured<R>(
    metadata: &Metadata<'_>,
    f: impl FnOnce(&[(&'static str, FieldValue)]) -> R,
) -> Option<R> {
    dispatched(metadata, |dispatched| f(&dispatched.fields))
}

/// Whether nobody can want the closing event of a call of `operation` that ends so: no subscriber takes its level.
/// Asked first of all, as it is one load.
#[inline]
pub(crate) fn is_off(operation: &Operation, outcome: Outcome) -> bool {
    tracing_level(outcome.level(operation.level)) > LevelFilter::current()
}

/// Emits the closing event of a call.
pub(crate) fn emit(site: &'static Site, closing: &Closing<'_>) {
    let operation = &site.operation;
    let told_by = (&site.callsites, Some(operation));
    let Some(metadata) = wanted(told_by, closing) else { return };
    let message = format!("{} {}", short(operation), closing.verdict.outcome.as_str());
    dispatch(metadata, told_by, &message, None, closing);
}

/// Emits the closing event of a request.
pub(crate) fn emit_request(request: &Request, endpoint: &'static Endpoint, closing: &Closing<'_>) {
    let told_by = told_by(endpoint, closing);
    let Some(metadata) = wanted(told_by, closing) else { return };
    let answer = match closing.verdict.status {
        Some(status) => status_text(status),
        None => closing.verdict.outcome.as_str(),
    };
    let message = format!("{} {} {answer}", request.method, endpoint.path);
    dispatch(metadata, told_by, &message, Some((request.method, endpoint)), closing);
}

/// Emits the closing event of an endless body. Whoever reads one leaves at some time: that is no warning.
pub(crate) fn emit_stream(request: &Request, endpoint: &'static Endpoint, closing: &Closing<'_>) {
    let (callsites, operation) = told_by(endpoint, closing);
    let Verdict { outcome, error_type, .. } = closing.verdict;
    let ok = operation.map_or(Level::Info, |operation| operation.level);
    let left = outcome == Outcome::Aborted && error_type.is_empty();
    let level = if left { ok } else { outcome.level(ok) };
    let Some(metadata) = callsites.get(level, operation).enabled() else { return };
    let outcome = outcome.as_str();
    let message = format!("{} {} stream {outcome}", request.method, endpoint.path);
    dispatch(metadata, (callsites, operation), &message, Some((request.method, endpoint)), closing);
}

/// Whose event it is.
type ToldBy = (&'static Callsites, Option<&'static Operation>);

fn told_by(endpoint: &'static Endpoint, closing: &Closing<'_>) -> ToldBy {
    static UNKNOWN: Callsites = Callsites::new();
    let operation = closing.observation.operation();
    let operation = operation.filter(|operation| endpoint.belongs_to(operation));
    // Endpoints without an operation share one set: there may be thousands of them.
    (operation.map_or(&UNKNOWN, |_| &endpoint.callsites), operation)
}

/// The metadata of the event that `closing` would be, if anyone wants it. Asked before anything is
/// formatted: where nobody does, that would be most of what an observation costs.
#[inline]
fn wanted(
    (callsites, operation): ToldBy,
    closing: &Closing<'_>,
) -> Option<&'static Metadata<'static>> {
    let ok = operation.map_or(Level::Info, |operation| operation.level);
    let level = closing.verdict.outcome.level(ok);
    callsites.get(level, operation).enabled()
}

fn dispatch(
    metadata: &'static Metadata<'static>,
    (callsites, operation): ToldBy,
    message: &str,
    request: Option<(&'static str, &'static Endpoint)>,
    closing: &Closing<'_>,
) {
    let Verdict { outcome, error_type, status, .. } = closing.verdict;
    let duration_ms = milliseconds(closing.elapsed);
    let Passed { head, received, sent } = closing.passed;
    let head_ms =
        head.filter(|head| closing.elapsed.saturating_sub(*head) >= LONG_BODY).map(milliseconds);
    let (received, sent) = (received.filter(|bytes| *bytes > 0), sent.filter(|bytes| *bytes > 0));
    let message = display(message);
    let outcome = outcome.as_str();
    let error_type = Some(error_type).filter(|error_type| !error_type.is_empty());
    let (method, path) = (request.map(|(method, _)| method), request.map(|(_, e)| e.path));
    let status = status.filter(|_| request.is_some());
    let name = operation.map(|operation| operation.name);
    // In the order of `FIXED`.
    let fixed: [Option<&dyn Value>; FIXED.len()] = [
        Some(&message),
        Some(&outcome),
        Some(&duration_ms),
        error_type.as_ref().map(|v| v as _),
        method.as_ref().map(|v| v as _),
        path.as_ref().map(|v| v as _),
        status.as_ref().map(|v| v as _),
        name.as_ref().map(|v| v as _),
        head_ms.as_ref().map(|v| v as _),
        received.as_ref().map(|v| v as _),
        sent.as_ref().map(|v| v as _),
    ];
    let mut values = Values::new(metadata.fields(), &fixed);
    for (name, value) in closing.fields {
        values.capture(name, value);
    }
    let ending = Ending {
        outcome: closing.verdict.outcome,
        error_type: closing.verdict.error_type,
        status: status.unwrap_or(0),
        late: operation.is_some_and(|operation| objective::is_late(operation, closing.elapsed)),
        callsites,
        name: name.unwrap_or(""),
    };
    let dispatched = Dispatched { metadata, fields: closing.fields.to_vec(), ending };
    closing.observation.enter(|| {
        DISPATCHED.with(|slot| {
            slot.enter(&dispatched, || {
                Event::dispatch(metadata, &metadata.fields().value_set_all(&values.values));
            });
        });
    });
}

/// The values of an event, in the order of its field set.
struct Values<'a> {
    names: &'a FieldSet,
    values: Vec<Option<&'a dyn Value>>,
}

impl<'a> Values<'a> {
    /// The fields of a closing event's set begin with `FIXED`.
    fn new(names: &'a FieldSet, fixed: &[Option<&'a dyn Value>]) -> Self {
        let mut values = Vec::with_capacity(names.len());
        values.extend_from_slice(fixed);
        values.resize(names.len(), None);
        Self { names, values }
    }

    /// A captured field does not replace what the event itself tells.
    fn capture(&mut self, name: &str, value: &'a FieldValue) {
        if FIXED.contains(&name) {
            return;
        }
        let value: &dyn Value = match value {
            FieldValue::Bool(value) => value,
            FieldValue::I64(value) => value,
            FieldValue::U64(value) => value,
            FieldValue::F64(value) => value,
            FieldValue::Text(value) => value,
            FieldValue::Empty => return,
        };
        if let Some(field) = self.names.field(name) {
            self.values[field.index()] = Some(value);
        }
    }
}

/// A body that takes so long, in nanoseconds, makes it worth telling when the head was there.
const LONG_BODY: u64 = 1_000_000;

#[expect(clippy::cast_precision_loss, reason = "whole microseconds are exact for 285 years")]
fn milliseconds(nanoseconds: u64) -> f64 {
    (nanoseconds / 1000) as f64 / 1000.0
}

/// The function's name without its module.
fn short(operation: &Operation) -> &'static str {
    operation.name.rsplit("::").next().unwrap_or(operation.name)
}
