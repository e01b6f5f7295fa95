//! tokio's runtimes: how busy their workers are, how much waits for them, and for how long.
//!
//! Counts are read at the scrape. How long something has to wait is measured by a heartbeat.

mod heartbeat;
mod read;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use tokio::runtime::Handle;

use self::heartbeat::Pulse;
use crate::record::sync_lock;
use crate::record::visit::{Readable, Source};

/// The most runtimes, each of which has a dozen series.
const MOST: usize = 16;

/// The runtimes whose metrics are exposed, by name.
#[derive(Debug, Default)]
pub(crate) struct Runtimes {
    state: Mutex<State>,
    refused: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    watched: Vec<Arc<Watched>>,
    /// Whether the thread of the heartbeat runs.
    is_beating: bool,
}

/// A runtime.
#[derive(Debug)]
struct Watched {
    name: String,
    handle: Handle,
    tasks: Arc<Pulse>,
    blocking: Arc<Pulse>,
}

impl Watched {
    /// Whether the runtime was shut down. It is known after the next heartbeat.
    fn has_ended(&self) -> bool {
        self.tasks.has_ended()
    }
}

impl Runtimes {
    /// Watches a runtime. It replaces another one of this name.
    pub(crate) fn watch(self: &Arc<Self>, name: &str, handle: Handle) {
        let mut state = sync_lock(&self.state);
        state.watched.retain(|one| one.name != name && !one.has_ended());
        if state.watched.len() >= MOST {
            drop(state);
            if !self.refused.swap(true, Ordering::Relaxed) {
                tracing::warn!(runtime = name, most = MOST, "no more runtimes are watched");
            }
            return;
        }
        let (tasks, blocking) = (Arc::default(), Arc::default());
        state.watched.push(Arc::new(Watched { name: name.to_owned(), handle, tasks, blocking }));
        if !state.is_beating {
            state.is_beating = heartbeat::start(Arc::downgrade(self));
        }
    }

    /// Whether a runtime of this name is watched that has not ended.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.watched().iter().any(|one| one.name == name)
    }

    /// Watches none any more.
    pub(crate) fn clear(&self) {
        sync_lock(&self.state).watched.clear();
    }

    fn watched(&self) -> Vec<Arc<Watched>> {
        let mut state = sync_lock(&self.state);
        state.watched.retain(|one| !one.has_ended());
        state.watched.clone()
    }

    /// The runtimes of the next beat. `None` if there are none, and the thread ends.
    fn to_beat(&self) -> Option<Vec<Arc<Watched>>> {
        let watched = self.watched();
        let mut state = sync_lock(&self.state);
        state.is_beating = !state.watched.is_empty();
        state.is_beating.then_some(watched)
    }
}

impl Source for Runtimes {
    fn name(&self) -> &'static str {
        "the runtimes of tokio"
    }

    fn families(&self) -> Vec<Box<dyn Readable>> {
        read::families(self.watched())
    }
}
