//! The subscriber of a scope: keeps events, and passes everything on to the subscriber that was there.

use std::sync::{Arc, Mutex};

use tracing_core::span::{Attributes, Current, Id, Record};
use tracing_core::{Dispatch, Event, Interest, LevelFilter, Metadata, Subscriber};

use super::events;
use crate::record::sync_lock;

/// The events of a scope, in order.
pub(super) type Events = Mutex<Vec<events::Event>>;

/// Keeps the events of a scope. Spans are the outer subscriber's, so what it prints stays as it was.
pub(super) struct CaptureSubscriber {
    events: Arc<Events>,
    outer: Dispatch,
}

impl CaptureSubscriber {
    /// Captures into `events`, in front of the subscriber that is the default one now.
    pub(super) fn dispatch(events: Arc<Events>) -> Dispatch {
        Dispatch::new(Self { events, outer: Dispatch::default() })
    }
}

impl Subscriber for CaptureSubscriber {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        let outer = self.outer.register_callsite(metadata);
        if metadata.is_event() { Interest::always() } else { outer }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::TRACE)
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() || self.outer.enabled(metadata)
    }

    fn event(&self, event: &Event<'_>) {
        // Read before the lock is taken: a value may run any code while it is formatted.
        let captured = events::capture(event);
        sync_lock(&self.events).push(captured);
        // Nobody has asked the outer one yet.
        if self.outer.enabled(event.metadata()) {
            self.outer.event(event);
        }
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.outer.new_span(span)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        self.outer.record(span, values);
    }

    fn record_follows_from(&self, span: &Id, follows: &Id) {
        self.outer.record_follows_from(span, follows);
    }

    fn enter(&self, span: &Id) {
        self.outer.enter(span);
    }

    fn exit(&self, span: &Id) {
        self.outer.exit(span);
    }

    fn clone_span(&self, span: &Id) -> Id {
        self.outer.clone_span(span)
    }

    fn try_close(&self, span: Id) -> bool {
        self.outer.try_close(span)
    }

    fn current_span(&self) -> Current {
        self.outer.current_span()
    }
}
