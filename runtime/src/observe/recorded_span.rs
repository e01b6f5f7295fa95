//! A span that is recorded, in a box that a later one reuses: what its observation does not have,
//! and, once it has ended, all that the exporter needs.

use std::sync::Arc;
use std::time::SystemTime;

use tracing_core::Metadata;

use super::context::{TraceContext, TraceState};
use super::ended::Ended;
use super::endpoint::Endpoint;
use super::free_list::{self, FreeList};
use super::notable::Notable;
use super::pending_trace::PendingTrace;
use super::site::Site;
use super::span_budget::Charge;
use super::span_recorder::SpanEvent;
use super::stored_fields::Fields;
use crate::record::clock::Reading;

/// The data of a span besides the observation's own.
#[derive(Debug, Default)]
pub(crate) struct RecordedSpan {
    /// When it began, on the wall clock. `None` for a span that waits for its trace's end: those get
    /// their times when they are exported, all by one reading of that clock.
    pub(crate) started: Option<SystemTime>,
    /// Whether the parent span belongs to another process.
    pub(crate) remote_parent: bool,
    pub(crate) attributes: Fields,
    pub(crate) events: Vec<SpanEvent>,
    /// How many events did not fit.
    pub(crate) dropped_events: u32,
    /// The trace whose end decides whether this span is exported. `None` if the trace is sampled.
    pub(crate) pending: Option<Arc<PendingTrace>>,
    /// Whether its own end decides that.
    pub(super) is_root: bool,
    /// Whether the limits admit it among the spans that wait.
    is_admitted: bool,
    charge: Charge,
    /// Of a root: the spans of its trace that have ended in its task.
    #[expect(clippy::vec_box, reason = "the boxes come from a free list, and return to it")]
    pub(crate) inner: Vec<Box<Self>>,
    pub(crate) end: Option<SpanEnd>,
}

/// How a span ended.
#[derive(Debug)]
pub(crate) struct SpanEnd {
    pub(crate) trace: TraceContext,
    pub(crate) tracestate: Option<TraceState>,
    pub(crate) started: Reading,
    /// Nanoseconds.
    pub(crate) elapsed: u64,
    pub(crate) subject: SpanSubject,
    /// The end of the observation, if the subject is one.
    pub(crate) ended: Option<Ended>,
    /// Why its trace is exported although it is not sampled.
    pub(crate) notable: Option<Notable>,
}

/// What a span describes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SpanSubject {
    Request {
        method: &'static str,
        endpoint: &'static Endpoint,
    },
    Call {
        site: &'static Site,
    },
    /// A `tracing` span of the service.
    Own {
        metadata: &'static Metadata<'static>,
    },
}

thread_local! {
    static FREE: FreeList<RecordedSpan> = const { FreeList::new() };
}

/// The most capacity for text, attributes and events that a free box retains.
const KEPT_TEXT: usize = 4096;
const KEPT_EVENTS: usize = 16;
const KEPT_INNER: usize = 32;

/// What a span that waits takes at least.
const SIZE: usize = size_of::<RecordedSpan>() + 512;

/// What an event takes besides its text.
const EVENT_SIZE: usize = size_of::<SpanEvent>() + 64;

impl RecordedSpan {
    fn empty() -> Box<Self> {
        free_list::pop(&FREE).unwrap_or_default()
    }

    /// Begins a span of a sampled trace.
    pub(crate) fn sampled(remote_parent: bool) -> Box<Self> {
        let mut span = Self::empty();
        span.started = Some(SystemTime::now());
        span.remote_parent = remote_parent;
        span.is_root = false;
        span
    }

    /// Begins the span whose end decides on `pending`.
    pub(super) fn root(pending: Arc<PendingTrace>, remote_parent: bool) -> Box<Self> {
        let mut span = Self::empty();
        span.remote_parent = remote_parent;
        span.is_root = true;
        span.is_admitted = true;
        // Without room for it, it stays all the same: there is one for each request at most.
        span.charge.try_add(SIZE);
        span.pending = Some(pending);
        span
    }

    /// Begins another span of `pending`.
    pub(crate) fn within(pending: Arc<PendingTrace>) -> Box<Self> {
        let mut span = Self::empty();
        span.remote_parent = false;
        span.is_root = false;
        span.is_admitted = pending.admits(|| span.charge.try_add(SIZE));
        span.pending = Some(pending);
        span
    }

    /// Whether it may wait for its trace's end.
    pub(super) fn is_admitted(&self) -> bool {
        self.is_admitted
    }

    /// Whether its end decides on its trace.
    pub(crate) fn is_root(&self) -> bool {
        self.is_root
    }

    /// Whether its end decides on `other`.
    pub(super) fn decides_on(&self, other: &Self) -> bool {
        let same = |other: &Arc<PendingTrace>| {
            self.pending.as_ref().is_some_and(|pending| Arc::ptr_eq(pending, other))
        };
        self.is_root && other.pending.as_ref().is_some_and(same)
    }

    /// Whether it waits for its trace's end.
    pub(super) fn is_waiting(&self) -> bool {
        self.pending.as_ref().is_some_and(|pending| !pending.is_dropped())
    }

    /// Whether its end keeps its trace.
    pub(super) fn is_notable(&self) -> bool {
        self.end.as_ref().is_some_and(|end| end.notable.is_some())
    }

    /// Takes a span on which it decides.
    pub(super) fn adopt(&mut self, span: Box<Self>) {
        if span.is_notable() {
            if let Some(pending) = &self.pending {
                pending.mark_bad();
            }
        }
        if span.is_admitted {
            self.inner.push(span);
        } else {
            span.recycle();
        }
    }

    /// Decides on its trace: see [`PendingTrace::decide`]. If it is kept, `inner` has its other spans,
    /// and this returns how many the limits left out. `None` if it is not.
    pub(crate) fn decide(&mut self, keeps: impl FnOnce(bool) -> bool) -> Option<u32> {
        let pending = self.pending.take()?;
        pending.decide(&mut self.inner, keeps).then(|| pending.dropped())
    }

    /// Returns it to the free list.
    pub(crate) fn recycle(mut self: Box<Self>) {
        self.inner.drain(..).for_each(Self::recycle);
        self.attributes.clear();
        self.events.clear();
        self.dropped_events = 0;
        self.started = None;
        self.pending = None;
        self.charge = Charge::default();
        self.end = None;
        let is_large = self.attributes.text_capacity() > KEPT_TEXT
            || self.events.capacity() > KEPT_EVENTS
            || self.inner.capacity() > KEPT_INNER;
        if !is_large {
            free_list::push(&FREE, self);
        }
    }

    /// Adds an event, unless there are too many.
    pub(crate) fn note(&mut self, event: SpanEvent) {
        let has_room = self.events.len() < SpanEvent::MAX
            && (self.pending.is_none()
                || self.charge.try_add(EVENT_SIZE + event.attributes.size()));
        if has_room {
            self.events.push(event);
        } else {
            self.dropped_events += 1;
        }
    }
}

#[cfg(all(test, feature = "testing"))]
pub(super) mod tests {
    use super::*;
    use crate::declare::{FieldValue, Operation, SourceLocation};

    static SITE: Site = Site::new(Operation::new("recorded", SourceLocation::new("f.rs", 1, "m")));

    pub(in crate::observe) fn ended(
        mut span: Box<RecordedSpan>,
        notable: Option<Notable>,
    ) -> Box<RecordedSpan> {
        let (trace, started) = (TraceContext::root(), Reading::now());
        let subject = SpanSubject::Call { site: &SITE };
        let (tracestate, elapsed, ended) = (None, 1, None);
        span.end = Some(SpanEnd { trace, tracestate, started, elapsed, subject, ended, notable });
        span
    }

    fn event(text: &str) -> SpanEvent {
        let mut attributes = Fields::default();
        attributes.push("text", FieldValue::Text(text));
        SpanEvent { name: "event".into(), time: SystemTime::now(), attributes }
    }

    #[test]
    fn a_box_that_is_used_again_remembers_nothing() {
        let pending = Arc::<PendingTrace>::default();
        let mut root = RecordedSpan::root(Arc::clone(&pending), true);
        root.attributes.push("a", FieldValue::Bool(true));
        root.note(event("text"));
        root.adopt(ended(RecordedSpan::within(Arc::clone(&pending)), Some(Notable::Bad)));
        root.decide(|is_bad| !is_bad);
        ended(root, None).recycle();
        assert_eq!(Arc::strong_count(&pending), 1);
        for again in [RecordedSpan::sampled(false), RecordedSpan::within(Arc::default())] {
            assert_eq!((again.attributes.len(), again.events.len(), again.inner.len()), (0, 0, 0));
            assert!(again.end.is_none() && !again.is_root() && !again.remote_parent);
        }
    }

    #[test]
    fn a_root_takes_the_spans_of_its_own_trace_alone() {
        let (pending, other) = (Arc::<PendingTrace>::default(), Arc::<PendingTrace>::default());
        let root = RecordedSpan::root(Arc::clone(&pending), false);
        assert!(root.decides_on(&RecordedSpan::within(pending)));
        assert!(!root.decides_on(&RecordedSpan::within(Arc::clone(&other))));
        assert!(!RecordedSpan::within(Arc::clone(&other)).decides_on(&RecordedSpan::within(other)));
        assert!(!root.decides_on(&RecordedSpan::sampled(false)));
    }

    #[test]
    fn events_that_wait_count_against_the_budget() {
        let mut root = RecordedSpan::root(Arc::default(), false);
        let before = root.charge.bytes();
        root.note(event(&"x".repeat(1000)));
        assert!(root.charge.bytes() >= before + 1000);
        (0..200).for_each(|_| root.note(event("")));
        assert_eq!((root.events.len(), root.dropped_events), (SpanEvent::MAX, 73));
        let mut sampled = RecordedSpan::sampled(false);
        sampled.note(event("text"));
        assert_eq!(sampled.charge.bytes(), 0);
    }
}
