//! Which families an exposition has, and who wins where two want one name.

use std::collections::HashSet;
use std::sync::atomic::Ordering;

use super::own;
use crate::declare::catalog::Catalog;
use crate::observe;
use crate::record::family::{StoredFamily, folded};
use crate::record::sync_lock;
use crate::record::visit::{Header, Losses, Readable, SeriesKind};
use crate::registry::Registry;

impl Registry {
    /// Every family, each name once, sorted by name.
    ///
    /// Where two families would write samples of one name, goldsignal's metrics about itself win, then what
    /// is declared, then what was attached first. The others are left out and counted as
    /// `goldsignal_hidden_families`.
    pub fn families(&self) -> Vec<Box<dyn Readable>> {
        let store = self.store.get();
        let mut told = Vec::new();
        let mut losses = Losses {
            folded: folded(&self.store).into_iter().chain(observe::folded::folded(store)).collect(),
            not_a_number: store.not_a_number.load(Ordering::Relaxed).into(),
            ..Losses::default()
        };
        self.declared(&mut told, &mut losses);
        told.extend(observe::read::families(&self.store));
        // Sources are asked without the lock: they may attach something themselves.
        let sources = sync_lock(&store.sources).clone();
        for source in sources {
            told.extend(source.families());
            source.losses(&mut losses);
        }

        let mut taken = Taken::default();
        for header in own::headers() {
            taken.claim(&header);
        }
        told.retain(|family| {
            let free = taken.claim(&family.header());
            losses.hidden += u64::from(!free);
            free
        });
        told.extend(own::families(losses, store.created()));
        told.sort_by(|a, b| a.header().name.cmp(&b.header().name));
        told
    }

    /// What is declared; declarations that agree are one family, those that contradict an earlier one count
    /// nothing and are hidden.
    fn declared(&self, told: &mut Vec<Box<dyn Readable>>, losses: &mut Losses) {
        let mut last = None;
        for descriptor in Catalog::linked().families {
            match StoredFamily::new(&self.store, descriptor) {
                None => losses.hidden += 1,
                Some(_) if last == Some(descriptor.name) => {}
                Some(family) => {
                    last = Some(descriptor.name);
                    told.push(Box::new(family));
                }
            }
        }
    }
}

/// The names of samples that are taken.
#[derive(Default)]
pub(crate) struct Taken(HashSet<String>);

impl Taken {
    /// Takes the names of a family's samples; `false`, and none is taken, where one of them is not free.
    pub(crate) fn claim(&mut self, header: &Header<'_>) -> bool {
        let free = !self.overlaps(header);
        if free {
            let names = suffixes(header.kind).iter().map(|suffix| [&header.name, *suffix].concat());
            self.0.extend(names);
        }
        free
    }

    /// Whether a family would write samples of a name that is taken.
    pub(crate) fn overlaps(&self, header: &Header<'_>) -> bool {
        suffixes(header.kind)
            .iter()
            .any(|suffix| self.0.contains([&header.name, *suffix].concat().as_str()))
    }
}

/// What the names of a family's samples have behind the family's name. A histogram takes its bare name too:
/// nothing else may use that.
const fn suffixes(kind: SeriesKind) -> &'static [&'static str] {
    match kind {
        SeriesKind::Counter | SeriesKind::Gauge | SeriesKind::Unknown => &[""],
        SeriesKind::Histogram => &["", "_bucket", "_sum", "_count"],
        SeriesKind::Summary => &["", "_sum", "_count"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(name: &str, kind: SeriesKind) -> Header<'_> {
        Header { name: name.into(), help: "".into(), kind, unit: "".into() }
    }

    #[test]
    fn a_name_is_taken_with_its_suffixes() {
        let mut taken = Taken::default();
        assert!(taken.claim(&header("x", SeriesKind::Histogram)));
        assert!(!taken.claim(&header("x", SeriesKind::Gauge)));
        assert!(!taken.claim(&header("x_count", SeriesKind::Counter)));
        assert!(taken.claim(&header("x_total", SeriesKind::Counter)));
        assert!(taken.claim(&header("y_sum", SeriesKind::Gauge)));
        assert!(!taken.claim(&header("y", SeriesKind::Summary)));
        assert!(taken.claim(&header("y", SeriesKind::Gauge)));
    }
}
