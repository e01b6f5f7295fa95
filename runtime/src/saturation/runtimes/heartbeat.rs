//! A thread that spawns a task in each runtime ten times a second, and sees how long it takes until the task starts.
//!
//! It needs no timer of the runtime, which may have none, and the thread is on time however busy the runtime is. A beat
//! costs about ten microseconds of CPU time, so all of them a ten-thousandth of a core. Once a second it does the same to
//! the blocking pool, which keeps one thread of the pool alive.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Weak};
use std::thread;
use std::time::{Duration, Instant};

use super::{Runtimes, Watched};
use crate::saturation::delays::Delays;

/// The time between two beats.
const INTERVAL: Duration = Duration::from_millis(100);

/// Every which beat is for the blocking pool, too.
const BLOCKING_EVERY: u32 = 10;

/// The bounds of the delays in seconds. An idle runtime starts a task within a tenth of a millisecond.
const BOUNDS: [f64; 14] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 10.0];

/// No beat is on its way.
const NONE: u64 = 0;

/// The beats of one queue of a runtime. One beat at a time is on its way.
#[derive(Debug)]
pub(super) struct Pulse {
    pub(super) delays: Delays,
    /// When the beat that is on its way was spawned.
    spawned: AtomicU64,
    ended: AtomicBool,
}

impl Default for Pulse {
    fn default() -> Self {
        let (spawned, ended) = (AtomicU64::new(NONE), AtomicBool::new(false));
        Self { delays: Delays::new(&BOUNDS), spawned, ended }
    }
}

impl Pulse {
    /// A beat to spawn; `None` while the last one has not started.
    fn beat(self: &Arc<Self>) -> Option<Beat> {
        let is_free = self.spawned.load(Ordering::Acquire) == NONE;
        is_free.then(|| {
            self.spawned.store(now(), Ordering::Release);
            Beat { pulse: Arc::clone(self), has_started: false }
        })
    }

    /// How long the beat that is on its way has been waiting.
    pub(super) fn overdue(&self) -> Duration {
        match self.spawned.load(Ordering::Acquire) {
            NONE => Duration::ZERO,
            spawned => Duration::from_nanos(now().saturating_sub(spawned)),
        }
    }

    /// Whether the runtime dropped a beat instead of starting it.
    pub(super) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }
}

/// A beat that is on its way. Only a runtime that is shut down drops it before it starts.
struct Beat {
    pulse: Arc<Pulse>,
    has_started: bool,
}

impl Beat {
    fn start(mut self) {
        self.has_started = true;
        self.pulse.delays.record(self.pulse.overdue());
        self.pulse.spawned.store(NONE, Ordering::Release);
    }
}

impl Drop for Beat {
    fn drop(&mut self) {
        if !self.has_started {
            self.pulse.ended.store(true, Ordering::Relaxed);
        }
    }
}

/// Nanoseconds since the first call, and at least 1.
fn now() -> u64 {
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    u64::try_from(BEGUN.elapsed().as_nanos()).unwrap_or(u64::MAX).max(NONE + 1)
}

/// Starts the thread, which ends when no runtime is left. Returns whether there is one: without it there are no delays.
pub(super) fn start(runtimes: Weak<Runtimes>) -> bool {
    let thread = thread::Builder::new().name("goldsignal-beat".into());
    let beat = move || {
        let mut number = 0_u32;
        while let Some(watched) = runtimes.upgrade().and_then(|runtimes| runtimes.to_beat()) {
            for one in watched {
                one.beat(number % BLOCKING_EVERY == 0);
            }
            number = number.wrapping_add(1);
            thread::sleep(INTERVAL);
        }
    };
    thread.spawn(beat).is_ok()
}

impl Watched {
    fn beat(&self, blocking: bool) {
        if let Some(beat) = self.tasks.beat() {
            self.handle.spawn(async move { beat.start() });
        }
        if blocking && !self.blocking.has_ended() {
            // tokio panics where it can start no thread at all. The beat is dropped then, and was the last one.
            let spawn = |beat: Beat| self.handle.spawn_blocking(move || beat.start());
            let spawn = || self.blocking.beat().map(spawn);
            let _ = catch_unwind(AssertUnwindSafe(spawn));
        }
    }
}
