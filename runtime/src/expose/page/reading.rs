//! One reading of everything that the page shows. All figures of a snapshot come from one reading.

use std::cmp::Reverse;
use std::time::Instant;

use super::families::Families;
use crate::declare::Operation;
use crate::observe::endpoint::Endpoint;
use crate::observe::first_poll;
use crate::observe::in_flight;
use crate::observe::objective::{Indicator, indicators};
use crate::observe::read::counts::{Counts, endpoints, functions};
use crate::record::clock::{self, in_seconds};
use crate::registry::Registry;

/// In nanoseconds.
const SECOND: u64 = 1_000_000_000;

/// What a registry has counted at one moment.
pub(super) struct Reading {
    pub(super) now: Instant,
    /// Those with the most requests first.
    pub(super) endpoints: Vec<Counts<Endpoint>>,
    /// Those with the most calls first.
    pub(super) functions: Vec<Counts<Operation>>,
    /// How many events were good, and how many bad.
    pub(super) indicators: Vec<(Indicator, (u64, u64))>,
    pub(super) families: Families,
    pub(super) waiting: Waiting,
}

/// What has been in flight for more than a moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting {
    pub(super) total: usize,
    pub(super) oldest_seconds: f64,
    /// How many are in a poll that has taken more than a second: they block their thread.
    pub(super) blocked: usize,
}

impl Reading {
    /// Reads `registry`, except its families.
    pub(super) fn of(registry: &Registry, families: Families) -> Self {
        let store = registry.store.get();
        let events = |indicator: Indicator| (indicator, indicator.events(store));
        Self {
            now: Instant::now(),
            endpoints: busiest_first(endpoints(store)),
            functions: busiest_first(functions(store)),
            indicators: indicators().into_iter().map(events).collect(),
            families,
            waiting: Waiting::in_registry(registry),
        }
    }
}

/// Sorts by the number of ends, because lists and the past have room for some only.
pub(super) fn busiest_first<T>(mut counts: Vec<Counts<T>>) -> Vec<Counts<T>> {
    counts.sort_by_key(|counts| Reverse(counts.ends.total));
    counts
}

impl Waiting {
    fn in_registry(registry: &Registry) -> Self {
        let now = clock::Reading::now();
        let waiting = in_flight::waiting(registry.store.get(), now);
        let oldest = waiting.first().map_or(0, |root| now.since(root.began()));
        let first_polls = first_poll::all(registry.store.get()).into_iter();
        let polls = waiting.iter().filter_map(|root| root.polled_since);
        let polls = polls.chain(first_polls.map(|(_, began)| began));
        let blocked = polls.filter(|began| now.since(*began) > SECOND).count();
        Self { total: waiting.len(), oldest_seconds: in_seconds(oldest), blocked }
    }
}
