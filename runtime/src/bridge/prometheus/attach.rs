//! Theirs among ours.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use prometheus::proto::MetricFamily;

use super::convert::{Foreign, LeftOut};
use super::{Asked, address, asking, under_way};
use crate::record::visit::{Losses, Readable, Source};
use crate::registry::Registry;

/// Exposes everything registered on `theirs`, now or later, together with what `ours` has.
///
/// A family whose name `ours` has is left out, and counted as `goldsignal_hidden_families`. Series are left out
/// that have the labels of another one, or another kind than their family. A counter that is infinite, NaN or
/// negative is left out, and counted at every scrape as `goldsignal_not_a_number_total`. Names outside of the
/// grammar are made to fit.
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
    ours.attach(Arc::new(Attached { theirs, store, refused: AtomicU64::new(0) }));
}

struct Attached {
    theirs: prometheus::Registry,
    store: usize,
    /// Samples that were refused, over all scrapes.
    refused: AtomicU64,
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
        let mut left_out = LeftOut::default();
        let families = self.gather().into_iter().map(|family| Foreign::new(family, &mut left_out));
        // One without series takes no name.
        let families = families.filter(|family| !family.is_empty());
        let families = families.map(|family| Box::new(family) as Box<dyn Readable>).collect();
        self.refused.fetch_add(left_out.samples, Ordering::Relaxed);
        families
    }

    fn losses(&self, losses: &mut Losses) {
        losses.not_a_number += self.refused.load(Ordering::Relaxed);
    }
}
