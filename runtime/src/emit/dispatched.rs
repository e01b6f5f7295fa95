//! A closing event on its way through `tracing`, to whoever takes it beside the log.

use tracing_core::field::{Value, display};
use tracing_core::{Event, Metadata};

use super::callsite::{FIXED, MAX_FIELDS};
use super::closing::{About, Closing, Told};
use crate::observe::fields::FieldValue;
use crate::observe::observation::Observation;
use crate::record::scoped_stack::ScopedStack;

thread_local! {
    /// The closing event that is being dispatched on this thread.
    static DISPATCHED: ScopedStack<Closing> = const { ScopedStack::new() };
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

/// Dispatches the event.
pub(super) fn dispatch(observation: &Observation, about: About, closing: &mut Closing) {
    closing.about = Some(about);
    // Most events are small, and what is not filled need not be cleared.
    if about.site.names.len() <= FIXED.len() + FEW {
        send::<FEW, { FIXED.len() + FEW }>(observation, &about, closing);
    } else {
        send::<CAPTURED, MAX_FIELDS>(observation, &about, closing);
    }
}

/// How many captured fields are few, and how many there can be.
const FEW: usize = 8;
const CAPTURED: usize = MAX_FIELDS - FIXED.len();

/// Sends the event with `ALL` fields at the most, of which `CAPTURED` are no `FIXED` ones.
fn send<const CAPTURED: usize, const ALL: usize>(
    observation: &Observation,
    about: &About,
    closing: &Closing,
) {
    let told = Told::of(closing);
    let message = about.message(closing);
    let (message, outcome) = (display(&message), closing.verdict.outcome.as_str());
    let duration_ms = milliseconds(told.duration);
    let (status, head_ms) = (about.status(closing), told.head.map(milliseconds));
    let (method, path) =
        (about.request.map(|(method, _)| method), about.request.map(|(_, e)| e.path));
    let name = about.operation.map(|operation| operation.name);
    let mut captured = [FieldValue::Empty; CAPTURED];
    let count = about.site.names.len();
    let mut next = 0;
    for (name, value) in closing.fields.fields().iter() {
        let place = about.site.place(next, name).or_else(|| about.site.place(0, name));
        if let Some((place, _)) = place {
            captured[place] = value;
            next = place + 1;
        }
    }
    let mut values: [Option<&dyn Value>; ALL] = [None; ALL];
    // In the order of `FIXED`.
    let fixed: [Option<&dyn Value>; FIXED.len()] = [
        Some(&message),
        Some(&outcome),
        Some(&duration_ms),
        told.error_type.as_ref().map(|v| v as _),
        method.as_ref().map(|v| v as _),
        path.as_ref().map(|v| v as _),
        status.as_ref().map(|v| v as _),
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
        ScopedStack::enter(&DISPATCHED, closing, || Event::dispatch(metadata, &values));
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
