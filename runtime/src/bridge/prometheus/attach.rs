//! Exposes the families of a `prometheus::Registry` with ours.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use prometheus::proto::MetricFamily;

use super::from_prometheus::ForeignFamily;
use super::{Gathering, address, in_progress, while_gathering};
use crate::record::sync_lock;
use crate::record::visit::{HiddenFamily, Losses, Readable, Source};
use crate::registry::Registry;

/// Exposes everything that is registered on `theirs`, now or later, together with the families of `ours`.
///
/// A family whose name `ours` has already is hidden, and counted as `goldsignal_hidden_families`. So is one in part, if it
/// has series with the same labels as another, or of another kind than the family. A counter that is infinite, NaN or
/// negative is left out, and counted at each scrape as `goldsignal_not_a_number_total`. Invalid names are adapted.
///
/// Attach a registry once only: the second time, the families of the first would hide all of its families.
///
/// ```
/// use goldsignal::Registry;
/// use goldsignal::expose::Format;
///
/// let theirs = prometheus::Registry::new();
/// goldsignal::bridge::prometheus::attach(&Registry::global(), theirs.clone());
/// let lookups = prometheus::IntCounter::new("dns_lookups_total", "Refresh-ups.")?;
/// theirs.register(Box::new(lookups.clone()))?;
/// lookups.inc();
/// assert!(Registry::global().encode(Format::Text).contains("dns_lookups_total 1\n"));
/// # Ok::<(), prometheus::Error>(())
/// ```
pub fn attach(ours: &Registry, theirs: prometheus::Registry) {
    // The store owns the source. If the source owned the store as well, both would leak.
    let store = address(ours);
    ours.attach(Arc::new(Attached {
        theirs,
        store,
        refused: AtomicU64::new(0),
        partial: Mutex::default(),
    }));
}

struct Attached {
    theirs: prometheus::Registry,
    store: usize,
    /// How many samples were refused in all scrapes.
    refused: AtomicU64,
    /// The families that the last scrape exposed in part only, with the number of series that were left out.
    partial: Mutex<Vec<(String, u64)>>,
}

impl Attached {
    /// The families of `theirs`; none while this thread is gathering another `prometheus::Registry`.
    fn gather(&self) -> Vec<MetricFamily> {
        if in_progress().is_empty() {
            while_gathering(Gathering::Theirs(self.store), || self.theirs.gather())
        } else {
            Vec::new()
        }
    }
}

impl Source for Attached {
    fn name(&self) -> &'static str {
        "an attached `prometheus::Registry`"
    }

    fn families(&self) -> Vec<Box<dyn Readable>> {
        let mut partial = Vec::new();
        let mut families = Vec::<Box<dyn Readable>>::new();
        for family in self.gather() {
            let (family, skipped) = ForeignFamily::new(family);
            self.refused.fetch_add(skipped.samples, Ordering::Relaxed);
            if skipped.series > 0 {
                partial.push((family.header().name.into_owned(), skipped.series));
            }
            // A family without series claims no name.
            if !family.is_empty() {
                families.push(Box::new(family));
            }
        }
        *sync_lock(&self.partial) = partial;
        families
    }

    fn losses(&self, losses: &mut Losses) {
        losses.not_a_number += self.refused.load(Ordering::Relaxed);
        let partial = sync_lock(&self.partial);
        losses.hidden.extend(partial.iter().map(|(name, series)| HiddenFamily {
            name: name.clone(),
            source: self.name().to_owned(),
            reason: format!("{series} of its series have the labels of another, or another kind"),
        }));
    }
}
