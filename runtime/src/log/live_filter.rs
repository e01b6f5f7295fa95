//! The log's filter, which can be replaced for a time while the process runs.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

use tracing_core::subscriber::Interest;
use tracing_core::{Level, LevelFilter, Metadata, callsite};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Filter};

use super::records;
use crate::declare::MetricPrefix;
use crate::declare::series::LOG_FILTER_OVERRIDE;
use crate::record::visit::{Header, Readable, SeriesSink, Source};

/// The filter of a log. Clones share its state.
#[derive(Clone, Debug)]
pub(crate) struct LiveFilter(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// The filter of the settings.
    configured: Targets,
    /// Whether there is another one, so that callers seldom need the lock.
    is_replaced: AtomicBool,
    other: RwLock<Option<Override>>,
    /// The number of replacements: an end that comes late ends no later one.
    turns: AtomicU64,
    /// Whether records of the `log` crate go through this filter.
    has_records: AtomicBool,
}

/// How often any filter changed.
static CHANGES: AtomicU32 = AtomicU32::new(0);

/// How often any filter changed, so that an answer can be kept until then.
#[inline]
pub(crate) fn changes() -> u32 {
    CHANGES.load(Ordering::Relaxed)
}

/// A filter in place of that of the settings.
#[derive(Clone, Debug)]
pub(crate) struct Override {
    pub(crate) directives: String,
    pub(crate) until: Instant,
    targets: Targets,
    turn: u64,
}

impl LiveFilter {
    pub(crate) fn new(configured: Targets) -> Self {
        Self(Arc::new(Shared {
            configured,
            is_replaced: AtomicBool::new(false),
            other: RwLock::new(None),
            turns: AtomicU64::new(0),
            has_records: AtomicBool::new(false),
        }))
    }

    /// The filter of the settings.
    pub(crate) fn configured(&self) -> &Targets {
        &self.0.configured
    }

    /// Whether an event of this target and level is logged now.
    pub(crate) fn would_enable(&self, target: &str, level: Level) -> bool {
        self.with(|targets| targets.would_enable(target, &level))
    }

    /// What is in place of the filter of the settings.
    pub(crate) fn replacement(&self) -> Option<Override> {
        self.other().clone()
    }

    /// Puts another filter in place. The caller ends it by the number that this returns.
    pub(crate) fn replace(&self, directives: String, targets: Targets, time: Duration) -> u64 {
        let turn = self.0.turns.fetch_add(1, Ordering::Relaxed) + 1;
        let until = Instant::now() + time;
        self.set(|other| *other = Some(Override { directives, until, targets, turn }));
        turn
    }

    /// Puts the filter of the settings back, if this replacement or, for `None`, any is in place.
    pub(crate) fn end(&self, turn: Option<u64>) {
        self.set(|other| {
            let is_meant = other.as_ref().is_some_and(|o| turn.is_none_or(|turn| o.turn == turn));
            if is_meant {
                *other = None;
            }
        });
    }

    /// Says that records of the `log` crate go through this filter.
    pub(crate) fn takes_records(&self) {
        self.0.has_records.store(true, Ordering::Relaxed);
        self.with(records::set_max_level);
    }

    fn set(&self, change: impl FnOnce(&mut Option<Override>)) {
        let mut other = self.0.other.write().unwrap_or_else(PoisonError::into_inner);
        change(&mut other);
        self.0.is_replaced.store(other.is_some(), Ordering::Relaxed);
        // Before the callsites ask again, which they do on this thread.
        drop(other);
        CHANGES.fetch_add(1, Ordering::Relaxed);
        // `tracing` asks this filter once for each callsite and caches the answer, as do our own
        // callsites; the highest level is cached, too.
        callsite::rebuild_interest_cache();
        if self.0.has_records.load(Ordering::Relaxed) {
            self.with(records::set_max_level);
        }
    }

    fn with<R>(&self, f: impl FnOnce(&Targets) -> R) -> R {
        if !self.0.is_replaced.load(Ordering::Relaxed) {
            return f(&self.0.configured);
        }
        f(self.other().as_ref().map_or(&self.0.configured, |other| &other.targets))
    }

    fn other(&self) -> RwLockReadGuard<'_, Option<Override>> {
        self.0.other.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> Filter<S> for LiveFilter {
    fn enabled(&self, metadata: &Metadata<'_>, cx: &Context<'_, S>) -> bool {
        self.with(|targets| Filter::<S>::enabled(targets, metadata, cx))
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        self.with(|targets| Filter::<S>::callsite_enabled(targets, metadata))
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        self.with(|targets| Filter::<S>::max_level_hint(targets))
    }
}

impl Source for LiveFilter {
    fn families(&self) -> Vec<Box<dyn Readable>> {
        vec![Box::new(self.clone())]
    }
}

impl Readable for LiveFilter {
    fn header(&self) -> Header<'_> {
        Header::of(&LOG_FILTER_OVERRIDE, &MetricPrefix::NONE)
    }

    fn len(&self) -> usize {
        1
    }

    fn series(&self, _: usize, sink: &mut dyn SeriesSink) {
        let is_replaced = self.0.is_replaced.load(Ordering::Relaxed);
        sink.gauge(&[], f64::from(u8::from(is_replaced)));
    }
}
