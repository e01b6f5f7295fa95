//! Ends the span of an observation.

use super::Tracer;
use crate::declare::Operation;
use crate::observe::ended::Ended;
use crate::observe::endpoint::Endpoint;
use crate::observe::notable::Notable;
use crate::observe::observation::Observation;
use crate::observe::recorded_span::{RecordedSpan, SpanEnd, SpanSubject};
use crate::observe::request::Request;
use crate::observe::site::Site;

/// Ends the span of a request.
#[inline]
pub(crate) fn end_request(
    observation: &Observation,
    (request, endpoint): (&Request, &'static Endpoint),
    ended: Ended,
) {
    if let Some(span) = observation.recorder.take() {
        let operation = request.operation();
        let subject = SpanSubject::Request { method: request.method, endpoint };
        end(span, observation, (subject, operation), ended);
    }
}

/// Ends the span of a call. The request of a `claimed` one counts for the objective.
#[inline]
pub(crate) fn end_call(
    observation: &Observation,
    (site, claimed): (&'static Site, bool),
    ended: Ended,
) {
    if let Some(span) = observation.recorder.take() {
        let operation = Some(&site.operation).filter(|_| !claimed);
        end(span, observation, (SpanSubject::Call { site }, operation), ended);
    }
}

fn end(
    mut span: Box<RecordedSpan>,
    observation: &Observation,
    (subject, operation): (SpanSubject, Option<&'static Operation>),
    ended: Ended,
) {
    let (Some(tracer), Some(trace)) = (Tracer::of(observation.store.get()), observation.trace())
    else {
        return;
    };
    let (started, elapsed, verdict) = (observation.started(), ended.elapsed, ended.verdict);
    // A call within a request is no reason of its own: the request is slow by it, or is not.
    let is_slow = || span.is_root() && is_slow(observation, subject, &ended);
    let notable = span
        .pending
        .as_ref()
        .and_then(|_| Notable::of(operation, verdict.outcome, elapsed, is_slow));
    let tracestate = observation.tracestate().cloned();
    let ended = Some(ended);
    span.end = Some(SpanEnd { trace, tracestate, started, elapsed, subject, ended, notable });
    tracer.end(span);
}

/// Whether it took longer than most of its kind of late.
fn is_slow(observation: &Observation, subject: SpanSubject, ended: &Ended) -> bool {
    let store = observation.store.get();
    match subject {
        SpanSubject::Request { endpoint, .. } => endpoint.is_slow(store, ended.elapsed, ended.at),
        SpanSubject::Call { site } => site.is_slow(store, ended.elapsed, ended.at),
        SpanSubject::Own { .. } => false,
    }
}
