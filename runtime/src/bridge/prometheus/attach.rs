//! Theirs among ours.

use std::sync::Arc;

use prometheus::proto::MetricFamily;

use super::convert::Foreign;
use super::{Asked, address, asking, under_way};
use crate::record::visit::{Readable, Source};
use crate::registry::Registry;

/// Exposes everything registered on `theirs`, now or later, together with what `ours` has.
///
/// A family whose name `ours` has is left out, and counted as `goldsignal_hidden_families`. So is what
/// cannot be a series: a second one with the same labels, one of another kind than its family's, a counter
/// that is negative or not a number. Names outside of the grammar are made to fit.
///
/// Attach a registry once: a second time, all of its families would be hidden by those of the first.
///
/// ```
/// use goldsignal::Registry;
/// use goldsignal::expose::Format;
///
/// let theirs = prometheus::Registry::new();
/// goldsignal::bridge::prometheus::attach(&Registry::global(), theirs.clone());
/// let lookups = prometheus::IntCounter::new("dns_lookups_total", "Look-ups.")?;
/// theirs.register(Box::new(lookups.clone()))?;
/// lookups.inc();
/// assert!(Registry::global().encode(Format::Text).contains("dns_lookups_total 1\n"));
/// # Ok::<(), prometheus::Error>(())
/// ```
pub fn attach(ours: &Registry, theirs: prometheus::Registry) {
    // The store holds the source: a source that held the store would leak both.
    let store = address(ours);
    ours.attach(Arc::new(Attached { theirs, store }));
}

struct Attached {
    theirs: prometheus::Registry,
    store: usize,
}

impl Attached {
    /// Everything on `theirs`; nothing in the middle of asking some `prometheus::Registry`.
    fn gather(&self) -> Vec<MetricFamily> {
        if under_way().is_empty() {
            asking(Asked::Theirs(self.store), || self.theirs.gather())
        } else {
            Vec::new()
        }
    }
}

impl Source for Attached {
    fn families(&self) -> Vec<Box<dyn Readable>> {
        let families = self.gather().into_iter().filter_map(Foreign::new);
        families.map(|family| Box::new(family) as Box<dyn Readable>).collect()
    }
}
