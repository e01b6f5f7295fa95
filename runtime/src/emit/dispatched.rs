//! Dispatches a closing event through `tracing`, for layers besides the log.

use tracing_core::field::{Value, display};
use tracing_core::{Event, Metadata};

use super::closing::{EventValues, message};
use crate::declare::FieldValue;
use crate::log::callsite::{FIXED, MAX_FIELDS};
use crate::observe::ended::{Ended, EventSource};
use crate::observe::observation::Observation;
use crate::record::scoped_stack::ScopedStack;

thread_local! {
    /// The closing event that is being dispatched on this thread.
    static DISPATCHED: ScopedStack<Ended> = const { ScopedStack::new() };
}

/// Calls `f` with the closing event that has `metadata`, if this thread is dispatching it.
#[inline]
pub(crate) fn dispatched<R>(
    metadata: &Metadata<'_>,
    f: impl FnOnce(&Ended, &EventSource) -> R,
) -> Option<R> {
    DISPATCHED.with(|slot| {
        slot.with(|mut frames| {
            let ended = frames.next()?;
            let source = ended.source.as_ref()?;
            std::ptr::eq(source.site.metadata()?, std::ptr::from_ref(metadata).cast())
                .then(|| f(ended, source))
        })
    })
}

/// Dispatches the event.
pub(super) fn dispatch(observation: &Observation, source: EventSource, ended: &mut Ended) {
    ended.source = Some(source);
    // Most events are small, and unused array elements need not be initialised.
    if source.site.names.len() <= FIXED.len() + FEW {
        send::<FEW, { FIXED.len() + FEW }>(observation, &source, ended);
    } else {
        send::<CAPTURED, MAX_FIELDS>(observation, &source, ended);
    }
}

/// The array size for events with few captured fields, and the largest.
const FEW: usize = 8;
const CAPTURED: usize = MAX_FIELDS - FIXED.len();

/// Dispatches the event with at most `ALL` fields, of which `CAPTURED` are captured.
fn send<const CAPTURED: usize, const ALL: usize>(
    observation: &Observation,
    source: &EventSource,
    ended: &Ended,
) {
    let values = EventValues::of(ended);
    let message = message(source, ended);
    let (message, outcome) = (display(&message), ended.verdict.outcome.as_str());
    let duration_ms = milliseconds(values.duration);
    let (status, head_ms) = (source.status(ended), values.head.map(milliseconds));
    let (busy_ms, longest_poll_ms) =
        values.polls.map(|(busy, longest)| (milliseconds(busy), milliseconds(longest))).unzip();
    let (method, path) =
        (source.request.map(|(method, _)| method), source.request.map(|(_, e)| e.path));
    let name = source.operation.map(|operation| operation.name);
    let mut captured = [FieldValue::Empty; CAPTURED];
    let count = source.site.names.len();
    let mut next = 0;
    for (name, value) in ended.fields.fields().iter() {
        let index =
            source.site.field_index(next, name).or_else(|| source.site.field_index(0, name));
        if let Some(index) = index {
            captured[index] = value;
            next = index + 1;
        }
    }
    let mut all: [Option<&dyn Value>; ALL] = [None; ALL];
    // In the order of `FIXED`.
    let fixed: [Option<&dyn Value>; FIXED.len()] = [
        Some(&message),
        Some(&outcome),
        Some(&duration_ms),
        values.error_type.as_ref().map(|v| v as _),
        method.as_ref().map(|v| v as _),
        path.as_ref().map(|v| v as _),
        status.as_ref().map(|v| v as _),
        name.as_ref().map(|v| v as _),
        head_ms.as_ref().map(|v| v as _),
        values.received.as_ref().map(|v| v as _),
        values.sent.as_ref().map(|v| v as _),
        busy_ms.as_ref().map(|v| v as _),
        longest_poll_ms.as_ref().map(|v| v as _),
    ];
    all[..FIXED.len()].copy_from_slice(&fixed);
    for (value, captured) in all[FIXED.len()..count].iter_mut().zip(&captured) {
        *value = as_value(captured);
    }
    let Some(metadata) = source.site.metadata() else { return };
    let value_set = metadata.fields().value_set_all(&all[..count]);
    observation.enter(|| {
        ScopedStack::enter(&DISPATCHED, ended, || Event::dispatch(metadata, &value_set));
    });
}

fn as_value<'a>(value: &'a FieldValue<'a>) -> Option<&'a dyn Value> {
    match value {
        FieldValue::Bool(value) => Some(value),
        FieldValue::I64(value) => Some(value),
        FieldValue::U64(value) => Some(value),
        FieldValue::F64(value) => Some(value),
        FieldValue::Text(value) => Some(value),
        // Captured values are stored as one of these types.
        _ => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "exact for 285 years")]
fn milliseconds(microseconds: u64) -> f64 {
    microseconds as f64 / 1000.0
}
