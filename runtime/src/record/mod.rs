//! Counters, gauges and histograms, and the striped cells that they are made of.
//!
//! Writers add to cells that only their thread writes, by a load and a store; a scrape sums them. No writer waits, least
//! of all for a scrape.
//!
//! ```
//! use goldsignal::{Counter, Gauge, Histogram, Metrics};
//! use std::time::Duration;
//!
//! /// Metrics of the kitchen.
//! #[derive(Metrics)]
//! struct Kitchen {
//!     /// Meals served.
//!     meals_served_total: Counter,
//!     /// Meals being cooked.
//!     meals_cooking: Gauge,
//!     /// How long a meal took.
//!     meal_cooking_seconds: Histogram,
//! }
//!
//! let kitchen = Kitchen::get();
//! kitchen.meals_cooking.inc();
//! kitchen.meal_cooking_seconds.observe(Duration::from_millis(700));
//! kitchen.meals_cooking.dec();
//! kitchen.meals_served_total.inc();
//! assert_eq!(kitchen.meals_served_total.get(), 1);
//! ```

#[cfg(not(goldsignal_loom))]
pub(crate) mod ambient;
#[cfg(not(goldsignal_loom))]
pub(crate) mod append_only_keys;
pub(crate) mod cells;
mod chunks;
#[cfg(not(goldsignal_loom))]
pub(crate) mod clock;
#[cfg(not(goldsignal_loom))]
pub(crate) mod counter;
#[cfg(not(goldsignal_loom))]
pub(crate) mod direct_mapped_cache;
#[cfg(not(goldsignal_loom))]
pub(crate) mod distinct;
pub(crate) mod exemplar;
#[cfg(not(goldsignal_loom))]
pub(crate) mod family;
#[cfg(not(goldsignal_loom))]
pub(crate) mod gauge;
#[cfg(not(goldsignal_loom))]
pub(crate) mod hash_key;
pub(crate) mod heaviest;
#[cfg(not(goldsignal_loom))]
pub(crate) mod histogram;
pub(crate) mod intern;
mod key_name;
#[cfg(not(goldsignal_loom))]
pub(crate) mod layout;
#[cfg(not(goldsignal_loom))]
pub(crate) mod linked;
#[cfg(not(goldsignal_loom))]
#[doc(hidden)]
pub(crate) mod metric;
pub(crate) mod once_ref;
mod owned_column;
pub(crate) mod published;
mod register;
#[cfg(all(feature = "traces", not(goldsignal_loom)))]
pub(crate) mod sampler;
#[cfg(not(goldsignal_loom))]
pub(crate) mod scoped_stack;
mod sketch;
#[cfg(not(goldsignal_loom))]
pub(crate) mod store;
mod sync;
#[cfg(not(goldsignal_loom))]
pub(crate) mod thread_number;
#[cfg(not(goldsignal_loom))]
mod ticks;
#[cfg(not(goldsignal_loom))]
pub(crate) mod top;
#[cfg(not(goldsignal_loom))]
pub(crate) use sync::lock as sync_lock;
#[cfg(not(goldsignal_loom))]
mod series_cursor;
#[cfg(not(goldsignal_loom))]
pub mod visit;

#[cfg(not(goldsignal_loom))]
pub use {
    counter::Counter,
    distinct::Distinct,
    exemplar::{Exemplar, Origin},
    gauge::Gauge,
    histogram::Histogram,
    top::{Hashed, Named, Top, TopKey},
};
