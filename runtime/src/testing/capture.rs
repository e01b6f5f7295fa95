//! The subscriber of a scope: captures events, and forwards everything to the subscriber that was the default before.

use std::sync::{Arc, Mutex};

use tracing_core::span::{Attributes, Current, Id, Record};
use tracing_core::{Dispatch, Event, Interest, LevelFilter, Metadata, Subscriber};

use super::events;
use crate::record::sync_lock;

/// The events of a scope, in order.
pub(super) type Events = Mutex<Vec<events::Event>>;

/// Captures the events of a scope. Spans belong to the outer subscriber alone, so that its output does not change.
pub(super) struct CaptureSubscriber {
    events: Arc<Events>,
    outer: Dispatch,
}

impl CaptureSubscriber {
    /// Creates a subscriber that captures into `events` and forwards to the current default subscriber.
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
        // Read before the lock is acquired, because formatting a value may run any code, such as another event.
        let captured = events::capture(event);
        sync_lock(&self.events).push(captured);
        // `enabled` above answers for this subscriber only, so the outer one decides here.
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
