//! Connection pools: how much of them is in use, and who waits for them.
//!
//! A pool is anything that implements [`Pool`], or a closure that returns a [`PoolState`].
//! [`Telemetry::pool`](crate::Telemetry::pool) watches it under a name; so does [`Pools`] without a `Telemetry`. It is
//! read at each scrape, and every ten seconds for the live page.
//!
//! | crate | the closure |
//! |---|---|
//! | `sqlx` | `move \|\| PoolState::new(pool.size() as usize, pool.num_idle(), pool.options().get_max_connections() as usize)` |
//! | `deadpool` | `move \|\| { let now = pool.status(); PoolState::new(now.size, now.available, now.max_size).with_pending(now.waiting) }` |
//! | `bb8` | `move \|\| { let now = pool.state(); PoolState::new(now.connections as usize, now.idle_connections as usize, MAX) }` |
//!
//! Most pools do not tell how long one waits. [`Waits`] measures it where connections are acquired:
//!
//! ```
//! use goldsignal::Telemetry;
//! use goldsignal::saturation::pool::{Pool, Waits};
//!
//! # mod db {
//! #     #[derive(Clone)]
//! #     pub struct Connections;
//! #     impl Connections {
//! #         pub fn size(&self) -> usize { 3 }
//! #         pub fn idle(&self) -> usize { 1 }
//! #         pub async fn acquire(&self) {}
//! #     }
//! # }
//! #[derive(Clone)]
//! struct Database {
//!     connections: db::Connections,
//!     waits: Waits,
//! }
//!
//! impl Database {
//!     async fn acquire(&self) {
//!         self.waits.measure(self.connections.acquire()).await
//!     }
//! }
//!
//! impl Pool for Database {
//!     fn size(&self) -> usize {
//!         self.connections.size()
//!     }
//!
//!     fn idle(&self) -> usize {
//!         self.connections.idle()
//!     }
//!
//!     fn max(&self) -> usize {
//!         10
//!     }
//!
//!     fn waits(&self) -> Option<&Waits> {
//!         Some(&self.waits)
//!     }
//! }
//!
//! # fn main() -> Result<(), goldsignal::telemetry::TelemetryError> {
//! let database = Database { connections: db::Connections, waits: Waits::default() };
//! let telemetry = Telemetry::builder("shop").build()?;
//! telemetry.pool("db", database);
//! # Ok(())
//! # }
//! ```

mod read;
#[cfg(test)]
mod tests;
mod waits;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

pub use waits::{Waiting, Waits};

use crate::record::sync_lock;
use crate::record::visit::{Readable, Source};

/// The most pools, each of which has two dozen series.
const MOST: usize = 16;

/// A pool of connections, or of something else of which there is a limited number.
///
/// The methods are called at each scrape and every ten seconds for the live page, on another thread, and must not
/// block.
pub trait Pool: Send + Sync + 'static {
    /// How many connections are open, idle ones included.
    fn size(&self) -> usize;

    /// How many of them are idle.
    fn idle(&self) -> usize;

    /// The most that may be open.
    fn max(&self) -> usize;

    /// How many callers wait for a connection, if that is known.
    fn pending(&self) -> Option<usize> {
        self.waits().map(Waits::pending)
    }

    /// How long callers waited, if that is measured.
    fn waits(&self) -> Option<&Waits> {
        None
    }

    /// All numbers at one moment.
    fn state(&self) -> PoolState {
        let (size, idle, max) = (self.size(), self.idle(), self.max());
        PoolState { size, idle, max, pending: self.pending() }
    }
}

/// The numbers of a pool at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolState {
    size: usize,
    idle: usize,
    max: usize,
    pending: Option<usize>,
}

impl PoolState {
    /// A pool with `size` open connections, of which `idle` are idle, and of which `max` may be open.
    pub const fn new(size: usize, idle: usize, max: usize) -> Self {
        Self { size, idle, max, pending: None }
    }

    /// The same with the number of callers that wait for a connection.
    #[must_use]
    pub const fn with_pending(self, pending: usize) -> Self {
        Self { pending: Some(pending), ..self }
    }

    /// How many connections are in use. The pool may count idle ones later than open ones.
    const fn used(&self) -> usize {
        self.size.saturating_sub(self.idle)
    }
}

impl<F: Fn() -> PoolState + Send + Sync + 'static> Pool for F {
    fn size(&self) -> usize {
        self().size
    }

    fn idle(&self) -> usize {
        self().idle
    }

    fn max(&self) -> usize {
        self().max
    }

    fn pending(&self) -> Option<usize> {
        self().pending
    }

    fn state(&self) -> PoolState {
        self()
    }
}

/// The pools whose metrics are exposed, by name. [`Telemetry::pool`](crate::Telemetry::pool) has one; use this without a
/// `Telemetry`.
///
/// ```
/// use std::sync::Arc;
///
/// use goldsignal::Registry;
/// use goldsignal::expose::Format;
/// use goldsignal::saturation::pool::{PoolState, Pools};
///
/// let pools = Arc::new(Pools::default());
/// Registry::global().attach(pools.clone());
/// pools.watch("db", || PoolState::new(3, 1, 10));
/// let text = Registry::global().encode(Format::Text);
/// assert!(text.contains("db_client_connections{pool=\"db\",state=\"used\"} 2\n"));
/// ```
#[derive(Default)]
pub struct Pools {
    watched: Mutex<Vec<Arc<Watched>>>,
    refused: AtomicBool,
}

/// A pool and its name.
struct Watched {
    name: String,
    pool: Box<dyn Pool>,
}

impl Pools {
    /// Watches a pool, until this is dropped. It replaces another one of this name. There may be 16.
    pub fn watch(&self, name: &str, pool: impl Pool) {
        let mut watched = sync_lock(&self.watched);
        watched.retain(|one| one.name != name);
        if watched.len() < MOST {
            watched.push(Arc::new(Watched { name: name.to_owned(), pool: Box::new(pool) }));
            return;
        }
        drop(watched);
        if !self.refused.swap(true, Ordering::Relaxed) {
            tracing::warn!(pool = name, most = MOST, "no more pools are watched");
        }
    }
}

impl Pools {
    /// Watches none any more, so that they can be closed.
    #[cfg(feature = "telemetry")]
    pub(crate) fn clear(&self) {
        sync_lock(&self.watched).clear();
    }
}

impl Source for Pools {
    fn name(&self) -> &'static str {
        "the watched pools"
    }

    fn families(&self) -> Vec<Box<dyn Readable>> {
        // The lock is released before the pools are called, which run code of the service.
        let watched = sync_lock(&self.watched).clone();
        read::families(&watched)
    }
}

impl fmt::Debug for Pools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let watched = sync_lock(&self.watched);
        f.debug_list().entries(watched.iter().map(|one| &one.name)).finish()
    }
}
