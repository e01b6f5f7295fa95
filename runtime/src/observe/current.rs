//! The current observation: the innermost one around the running code.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

#[cfg(feature = "http")]
use http::{HeaderMap, HeaderValue};

use super::context::TraceContext;
#[cfg(feature = "http")]
use super::context::{TRACEPARENT, TRACESTATE};
use super::fields::Field;
use super::observation::{Observation, PooledObservation, Subject};
#[cfg(feature = "traces")]
use super::recorded_span::RecordedSpan;
use super::request_id::RequestId;
use super::shared::Shared;
#[cfg(feature = "telemetry")]
use super::story::buffer::Place;
use crate::declare::Fault;
use crate::log::guard::Guard;
use crate::record::scoped_stack::{Frames, ScopedStack};

thread_local! {
    static CURRENT: ScopedStack<Observation> = const { ScopedStack::new() };
}

#[inline]
pub(crate) fn enter<R>(observation: &Observation, f: impl FnOnce() -> R) -> R {
    ScopedStack::enter(&CURRENT, observation, f)
}

/// Whether an observation is current.
#[inline]
pub(crate) fn is_any() -> bool {
    CURRENT.with(|slot| slot.with(|mut frames| frames.next().is_some()))
}

/// Calls `f` with the request around the running code, and with its observation if that belongs to
/// this task. Work that was moved to another task has only the request.
pub(crate) fn request<R>(f: impl FnOnce(&Arc<Shared>, Option<&Observation>) -> R) -> Option<R> {
    CURRENT.with(|slot| {
        slot.with(|mut frames| {
            let found = frames.find_map(|frame| Some((frame.outermost()?, frame)));
            found.map(|(shared, frame)| {
                let here = matches!(frame.subject, Subject::Request);
                f(shared, here.then_some(frame))
            })
        })
    })
}

/// Where the tool call around the running code comes from.
pub(crate) fn caller() -> Option<Arc<Shared>> {
    CURRENT.with(|slot| slot.with(|mut frames| frames.find_map(|frame| frame.of_caller().cloned())))
}

/// Whether the call that runs on this task is nested in another one.
pub(crate) fn is_within_another_call() -> bool {
    CURRENT.with(|slot| {
        slot.with(|frames| {
            frames.skip(1).any(|outer| matches!(outer.subject, Subject::Call { .. }))
        })
    })
}

/// Whether the running code belongs to a call within its request.
pub(crate) fn is_within_call() -> bool {
    CURRENT.with(|slot| {
        slot.with(|mut frames| {
            frames.next().is_some_and(|innermost| match innermost.subject {
                Subject::Call { .. } => true,
                // A call may have moved this work to another task.
                Subject::Carried => innermost.shared().request().is_none(),
                Subject::Request | Subject::Stream(_) => false,
            })
        })
    })
}

/// What all lines of a request have in common.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Context<'a> {
    pub(crate) request_id: Option<&'a RequestId>,
    /// The trace context, with the span of the innermost observation, if the trace id leads
    /// somewhere.
    pub(crate) trace: Option<TraceContext>,
    pub(crate) operation: Option<&'static crate::declare::Operation>,
}

/// Calls `f` with the context of the running code.
#[inline]
pub(crate) fn context<R>(f: impl FnOnce(&Context<'_>) -> R) -> R {
    CURRENT.with(|slot| {
        slot.with(|frames| {
            let mut context = Context::default();
            if context.add_all(frames) {
                context.trace = slot.with(place_in_trace);
            }
            f(&context)
        })
    })
}

/// Calls `f` with the context of code that would run within `observation`.
#[inline]
pub(crate) fn context_within<R>(observation: &Observation, f: impl FnOnce(&Context<'_>) -> R) -> R {
    CURRENT.with(|slot| {
        slot.with(|frames| {
            let mut context = Context::default();
            let is_known = context.add(observation);
            if context.add_all(frames) || is_known {
                context.trace = slot.with(|outer| place_within(observation, outer));
            }
            f(&context)
        })
    })
}

impl<'a> Context<'a> {
    /// Adds the context of the next outer observation. Returns whether another process or an
    /// exporter knows its trace: a trace id that only this process knows could be looked up nowhere.
    #[inline]
    fn add(&mut self, observation: &'a Observation) -> bool {
        if self.operation.is_none() {
            self.operation = observation.operation();
        }
        if self.request_id.is_none() {
            self.request_id = observation.request_id();
        }
        observation.is_in_known_trace()
    }

    /// Like [`add`](Self::add), for all `frames`.
    #[inline]
    fn add_all(&mut self, frames: Frames<'a, Observation>) -> bool {
        frames.fold(false, |is_known, frame| self.add(frame) | is_known)
    }
}

/// The trace context, with the span of the innermost observation.
pub(crate) fn trace() -> Option<TraceContext> {
    CURRENT.with(|slot| slot.with(place_in_trace))
}

/// The trace context of the innermost of `frames`. A call outside of any request begins a trace.
fn place_in_trace(mut frames: Frames<'_, Observation>) -> Option<TraceContext> {
    let innermost = frames.next()?;
    place_within(innermost, frames)
}

/// The trace context of `observation` within `outer`.
fn place_within(observation: &Observation, outer: Frames<'_, Observation>) -> Option<TraceContext> {
    match &observation.subject {
        // Work that was moved here belongs to the span that it was moved from.
        Subject::Carried | Subject::Stream(_) => {
            observation.trace_of_owner().or_else(|| place_in_trace(outer))
        }
        Subject::Request | Subject::Call { .. } => {
            Some(observation.place_in_trace(|| place_in_trace(outer)))
        }
    }
}

/// Calls `f` with the root of the running code: the outermost observation of its task, to whose story
/// it belongs.
#[cfg(feature = "telemetry")]
#[inline]
pub(crate) fn root<R>(f: impl FnOnce(&Observation, Place) -> R) -> Option<R> {
    CURRENT.with(|slot| {
        slot.with(|frames| {
            let (mut root, mut place) = (None, Place { depth: 0, operation: None });
            let mut is_nested = 0;
            for frame in frames {
                root = Some(frame);
                place.depth = place.depth.saturating_add(is_nested);
                let Subject::Call { site, claimed } = &frame.subject else {
                    place.operation = place.operation.or_else(|| frame.operation());
                    break;
                };
                place.operation = place.operation.or(Some(&site.operation));
                if site.is_tool() {
                    break;
                }
                is_nested = u8::from(!claimed);
            }
            root.map(|root| f(root, place))
        })
    })
}

/// Calls `f` with the innermost observation.
#[inline]
pub(crate) fn innermost<R>(f: impl FnOnce(&Observation) -> R) -> Option<R> {
    CURRENT.with(|slot| slot.with(|mut frames| frames.next().map(f)))
}

/// Gives a span that has ended to the observation around the running code that decides on it.
/// Returns it if there is none.
#[cfg(feature = "traces")]
pub(crate) fn give_to_root(span: Box<RecordedSpan>) -> Option<Box<RecordedSpan>> {
    let mut span = Some(span);
    CURRENT.with(|slot| {
        slot.with(|mut frames| {
            frames.find(|frame| {
                frame.recorder.adopt(&mut span);
                span.is_none()
            });
        });
    });
    span
}

/// The current observation. Without one, the handle's methods do nothing.
///
/// ```
/// use goldsignal::observed;
///
/// #[observed]
/// fn parse(text: &str) -> Option<u32> {
///     goldsignal::current().record("length", text.len());
///     text.parse().ok()
/// }
/// # parse("1");
/// ```
pub fn current() -> Current {
    let shared =
        CURRENT.with(|slot| slot.with(|mut frames| frames.next().map(Observation::shared)));
    Current { shared }
}

/// A handle to an observation, which can be stored and sent to other threads.
#[derive(Clone, Debug)]
pub struct Current {
    shared: Option<Arc<Shared>>,
}

impl Current {
    /// Captures a field, which the closing event contains if the observation has not ended.
    ///
    /// Text whose name [looks secret](crate::declare::sensitive::looks_secret) (`password`,
    /// `user.token`) is written as `[redacted]`.
    pub fn record(&self, name: &'static str, value: impl Field) {
        if let Some(shared) = &self.shared {
            Guard::of_static(name).pass(value.field(), |value| shared.record(name, value));
        }
    }

    /// Reports a fault, which takes precedence over the value and the response: for an error that
    /// is answered with 200, for example. The first reported fault stays.
    pub fn fail(&self, fault: &impl Fault) {
        if let Some(shared) = &self.shared {
            shared.fail(fault.tag());
        }
    }

    /// The id of the request that the observation belongs to.
    pub fn request_id(&self) -> Option<&RequestId> {
        self.shared.as_ref()?.request_id()
    }

    /// The trace context, to send on.
    pub fn trace(&self) -> Option<TraceContext> {
        self.shared.as_ref()?.send_on()
    }

    /// The `tracestate` of the request, to send on: other vendors' trace data.
    pub fn tracestate(&self) -> Option<&str> {
        Some(self.shared.as_ref()?.tracestate()?.as_str())
    }

    /// Writes `traceparent` and `tracestate` into the headers of an outgoing request, so that the
    /// callee continues the trace.
    ///
    /// ```
    /// let mut headers = http::HeaderMap::new();
    /// goldsignal::current().inject(&mut headers);
    /// // Outside of any observation there is nothing to send on.
    /// assert!(headers.is_empty());
    /// ```
    #[cfg(feature = "http")]
    pub fn inject(&self, headers: &mut HeaderMap) {
        let Some(trace) = self.trace() else { return };
        if let Ok(value) = HeaderValue::try_from(trace.traceparent()) {
            headers.insert(TRACEPARENT, value);
        }
        match self.tracestate().and_then(|state| HeaderValue::try_from(state).ok()) {
            Some(value) => headers.insert(TRACESTATE, value),
            // The state of another trace would be wrong.
            None => headers.remove(TRACESTATE),
        };
    }

    /// Runs `f` within the observation, for example on another thread.
    pub fn in_scope<R>(&self, f: impl FnOnce() -> R) -> R {
        match &self.shared {
            Some(shared) => Moved(Observation::carried(Arc::clone(shared))).0.enter(f),
            None => f(),
        }
    }

    /// Runs `future` within the observation, on any task: `tokio::spawn(current().instrument(..))`.
    ///
    /// Takes the handle by value: otherwise `tracing::Instrument::instrument`, which does, would
    /// precede this method wherever that trait is in scope.
    pub fn instrument<F: Future>(self, future: F) -> Instrumented<F> {
        let carried = self.shared.map_or(PooledObservation::NONE, PooledObservation::carried);
        Instrumented::new(Some(future), carried)
    }
}

/// Work that was moved to another thread. It gives its story back, also if it panics.
struct Moved(Observation);

impl Drop for Moved {
    fn drop(&mut self) {
        self.0.give_story();
    }
}

pin_project_lite::pin_project! {
    /// A future that runs within an observation: see [`Current::instrument`].
    #[derive(Debug)]
    pub struct Instrumented<F> {
        #[pin]
        inner: Option<F>,
        // The future of a handler that was not spawned has no observation of its own.
        observation: PooledObservation,
    }

    impl<F> PinnedDrop for Instrumented<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if let Some(observation) = this.observation.get() {
                observation.enter_rarely(&mut || this.inner.set(None));
                observation.give_story();
            }
        }
    }
}

impl<F> Instrumented<F> {
    pub(crate) const fn new(future: Option<F>, carried: PooledObservation) -> Self {
        Self { inner: future, observation: carried }
    }
}

impl<F: Future> Future for Instrumented<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<F::Output> {
        let this = self.project();
        // Only `drop` takes the future out.
        let Some(inner) = this.inner.as_pin_mut() else { return Poll::Pending };
        match this.observation.get() {
            Some(observation) => {
                let polled = observation.enter(|| inner.poll(cx));
                if polled.is_ready() {
                    observation.give_story();
                }
                polled
            }
            None => inner.poll(cx),
        }
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::*;
    use crate::lifecycle::end::end;
    use crate::observe::verdict::Verdict;
    use crate::record::ambient::StoreRef;

    #[test]
    fn carried_work_belongs_to_the_span_that_it_was_carried_from() {
        let remote = || (TraceContext { known: true, ..TraceContext::root() }, None);
        let request =
            || PooledObservation::request(&StoreRef::global(), "GET", None, Some(&remote()));
        let (one, other) = (request(), request());
        let carried = one.enter(current);
        let here = || context(|context| (context.trace, context.request_id.cloned()));
        let alone = carried.in_scope(here);
        let within = other.enter(|| carried.in_scope(here));
        assert_eq!(alone.0, carried.trace());
        assert_eq!(within.0, carried.trace());
        assert_eq!(within.1.as_ref(), carried.request_id());
        end(&one, Verdict::OK);
        end(&other, Verdict::OK);
    }

    #[test]
    fn a_dropped_future_is_dropped_within_its_observation() {
        struct Last(Arc<std::sync::Mutex<Option<RequestId>>>);

        impl Drop for Last {
            fn drop(&mut self) {
                *self.0.lock().unwrap() = current().request_id().cloned();
            }
        }

        let request = PooledObservation::request(&StoreRef::scoped(), "GET", None, None);
        let seen = Arc::default();
        let last = Last(Arc::clone(&seen));
        let future = request.enter(current).instrument(async move {
            let _last = last;
            std::future::pending::<()>().await;
        });
        drop(future);
        assert_eq!(seen.lock().unwrap().as_ref(), request.request_id());
    }
}
