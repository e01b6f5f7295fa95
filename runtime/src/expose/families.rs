//! The families of an exposition, and which of them is exposed if two have the same name.

use std::sync::atomic::Ordering;

use super::claimed_names::{ClaimedNames, Owner};
use super::self_metrics;
use crate::declare::Descriptor;
use crate::declare::catalog::Catalog;
use crate::declare::ranks::HEAVY_KEY;
use crate::observe;
use crate::record::family::{StoredFamily, folded, untold_giants};
use crate::record::sync_lock;
use crate::record::visit::{HeavyKeys, HiddenFamily, Losses, Readable};
use crate::registry::Registry;

/// The maximum number of hidden families that are logged. Each is logged once.
const NAMED: usize = 100;

/// Families, each with its owner.
pub(super) type Families = Vec<(Owner, Box<dyn Readable>)>;

impl Registry {
    /// Every family, each name once, sorted by name.
    ///
    /// If two families have samples with the same name, goldsignal's metrics about itself take precedence, then declared
    /// metrics, then the source that was attached first. The other families are hidden: they are not exposed, but counted
    /// as `goldsignal_hidden_families`. A WARN event names each once, with the owner of its name. See
    /// [`hidden_families`](Self::hidden_families).
    ///
    /// Another WARN event names the heaviest key of a [`Top`](crate::Top) that has a tenth of the weight, at most once in
    /// five minutes for each metric.
    pub fn families(&self) -> Vec<Box<dyn Readable>> {
        let (families, hidden) = self.exposed();
        self.unnamed(hidden).iter().for_each(warn);
        for (metric, keys) in untold_giants(&self.store) {
            name_giant(metric, &keys);
        }
        families
    }

    /// The families that are hidden now, completely or in part, each with the reason.
    ///
    /// ```
    /// use goldsignal::Registry;
    ///
    /// for hidden in Registry::global().hidden_families() {
    ///     println!("{} of {} is hidden: {}", hidden.name, hidden.source, hidden.reason);
    /// }
    /// ```
    pub fn hidden_families(&self) -> Vec<HiddenFamily> {
        self.exposed().1
    }

    /// Every family that is exposed, and those that are hidden.
    pub(crate) fn exposed(&self) -> (Vec<Box<dyn Readable>>, Vec<HiddenFamily>) {
        let store = self.store.get();
        let prefix = store.settled_metric_prefix();
        let built_in = observe::folded::folded(store, prefix);
        let mut losses = Losses {
            folded: folded(&self.store).into_iter().chain(built_in).collect(),
            not_a_number: store.not_a_number.load(Ordering::Relaxed).into(),
            ..Losses::default()
        };
        let mut families = self.declared(&mut losses);
        let counted = observe::read::families(&self.store, prefix);
        families.extend(counted.into_iter().map(|family| (Owner::Goldsignal, family)));
        // The lock is released before the sources are called, because a source may attach another one.
        let sources = sync_lock(&store.sources).clone();
        for source in sources {
            let owner = Owner::Source(source.name());
            families.extend(source.families().into_iter().map(|family| (owner, family)));
            source.losses(&mut losses);
        }

        let mut names = ClaimedNames::default();
        let own = self_metrics::headers().map(|header| names.claim(&header, Owner::Goldsignal));
        losses.hidden.extend(own.filter_map(Result::err));
        families.retain(|(owner, family)| {
            let hidden = names.claim(&family.header(), *owner).err();
            let free = hidden.is_none();
            losses.hidden.extend(hidden);
            free
        });
        let mut families: Vec<_> = families.into_iter().map(|(_, family)| family).collect();
        let hidden = losses.hidden.clone();
        families.extend(self_metrics::families(losses, store.created()));
        families.sort_by(|a, b| a.header().name.cmp(&b.header().name));
        (families, hidden)
    }

    /// The declared families. Declarations that agree are one family. One that contradicts an earlier one counts nothing
    /// and is hidden.
    pub(super) fn declared(&self, losses: &mut Losses) -> Families {
        let mut families = Families::new();
        let mut last = None;
        let all = Catalog::linked().families;
        for descriptor in &all {
            match StoredFamily::new(&self.store, descriptor) {
                None => losses.hidden.push(uncounted(descriptor, &all)),
                Some(_) if last == Some(descriptor.name) => {}
                Some(family) => {
                    last = Some(descriptor.name);
                    families.push((Owner::Declared(&descriptor.location), Box::new(family)));
                }
            }
        }
        families
    }

    /// The families in `hidden` that still have to be logged.
    pub(crate) fn unnamed(&self, mut hidden: Vec<HiddenFamily>) -> Vec<HiddenFamily> {
        if !hidden.is_empty() {
            let mut named = sync_lock(&self.store.get().hidden_named);
            hidden.retain(|family| {
                let key = (family.name.clone(), family.source.clone());
                named.len() < NAMED && named.insert(key)
            });
        }
        hidden
    }
}

/// The hidden family of a declaration that counts nothing.
#[cold]
fn uncounted(descriptor: &'static Descriptor, all: &[&'static Descriptor]) -> HiddenFamily {
    let contradicts =
        |other: &Descriptor| other.name == descriptor.name && other.conflict(descriptor).is_some();
    let reason = match all.iter().find(|other| contradicts(other)) {
        Some(other) => format!("it contradicts the declaration at {}", other.location),
        None => "all declared metrics together have too many series".to_owned(),
    };
    let source = Owner::Declared(&descriptor.location).to_string();
    HiddenFamily { name: descriptor.name.to_owned(), source, reason }
}

/// Logs the heaviest key of a metric.
#[cold]
fn name_giant(metric: &Descriptor, keys: &HeavyKeys) {
    let Some(first) = keys.keys.first() else { return };
    tracing::warn!(
        metric = metric.name,
        key = first.key.as_str(),
        share = (keys.first_share() * 1e3).round() / 1e3,
        weight = first.weight,
        total = keys.total,
        "{HEAVY_KEY}"
    );
}

/// Logs a hidden family.
#[cold]
pub(crate) fn warn(hidden: &HiddenFamily) {
    let HiddenFamily { name, source, reason } = hidden;
    tracing::warn!(
        family = name.as_str(),
        source = source.as_str(),
        reason = reason.as_str(),
        "a metric family is hidden"
    );
}
