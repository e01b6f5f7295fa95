//! All metrics of the facade.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use metrics::{Key, Unit};

use super::family::Family;
use super::series::Series;
use crate::bridge::names;
use crate::declare::{Kind, buckets};
use crate::record::visit::{Header, HiddenFamily, Losses, Readable, SeriesSink, Source};

/// The maximum number of metrics. The names of further ones are not stored.
const FAMILIES: usize = 1000;

/// All metrics of a recorder.
#[derive(Debug, Default)]
pub(super) struct FacadeMetrics {
    state: RwLock<State>,
    /// How many samples were refused because they would make a value infinite or NaN.
    refused: Arc<AtomicU64>,
}

#[derive(Debug, Default)]
struct State {
    /// By the exposed name.
    families: BTreeMap<String, Arc<Family>>,
    /// By the kind and the name in the facade, so that a lookup need not adapt the name again.
    by_facade_name: [HashMap<Box<str>, Arc<Family>>; 3],
    /// The metrics that record nothing: their name has another kind, or they were too many.
    hidden: HashSet<(Kind, String)>,
    /// Whether counters keep their names.
    keep_counter_names: bool,
    descriptions: HashMap<(Kind, String), (String, &'static str)>,
    bounds: HashMap<String, Arc<[f64]>>,
}

impl FacadeMetrics {
    /// The series of `key`; `None` if it records nothing.
    pub(super) fn series(&self, kind: Kind, key: &Key) -> Option<Arc<Series>> {
        let cached = self.read().by_facade_name[kind as usize].get(key.name()).cloned();
        let family = cached.or_else(|| self.family(kind, key.name()))?;
        Some(family.series(key))
    }

    #[cold]
    fn family(&self, kind: Kind, name: &str) -> Option<Arc<Family>> {
        let mut state = self.write();
        let exposed = state.exposed(kind, name);
        let family = match state.families.get(&*exposed) {
            Some(family) if family.kind == kind => Arc::clone(family),
            None if state.families.len() < FAMILIES => {
                let bounds = state.bounds.get(&*exposed).cloned();
                let bounds = bounds.unwrap_or_else(|| buckets::DURATION_SECONDS.into());
                let refused = Arc::clone(&self.refused);
                let family = Family::new(exposed.clone().into_owned(), kind, bounds, refused);
                let family = Arc::new(family);
                state.families.insert(exposed.into_owned(), Arc::clone(&family));
                family
            }
            _ => {
                if state.hidden.len() < FAMILIES {
                    state.hidden.insert((kind, exposed.into_owned()));
                }
                return None;
            }
        };
        let cached = &mut state.by_facade_name[kind as usize];
        if cached.len() < FAMILIES {
            cached.insert(name.into(), Arc::clone(&family));
        }
        Some(family)
    }

    pub(super) fn describe(&self, kind: Kind, name: &str, unit: Option<Unit>, help: &str) {
        // Prometheus has no unit for a count.
        let unit = unit.filter(|unit| *unit != Unit::Count).map_or("", |unit| unit.as_str());
        let mut state = self.write();
        if state.descriptions.len() < FAMILIES {
            let exposed = state.exposed(kind, name).into_owned();
            state.descriptions.insert((kind, exposed), (help.to_owned(), unit));
        }
    }

    pub(super) fn set_buckets(&self, name: &str, bounds: &[f64]) {
        let mut state = self.write();
        let exposed = state.exposed(Kind::Histogram, name).into_owned();
        state.bounds.insert(exposed, bounds.into());
    }

    pub(super) fn keep_counter_names(&self) {
        self.write().keep_counter_names = true;
    }

    // No code that can panic runs under the lock, so a poisoned lock guards consistent data.
    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The exposed name of the metric `name` of the facade.
    fn exposed<'a>(&self, kind: Kind, name: &'a str) -> Cow<'a, str> {
        let fitted = names::metric(name);
        if kind == Kind::Counter && !self.keep_counter_names && !fitted.ends_with("_total") {
            return Cow::Owned(fitted.into_owned() + "_total");
        }
        fitted
    }

    /// The metrics that record nothing, each with the reason.
    fn hidden(&self) -> impl Iterator<Item = HiddenFamily> + '_ {
        self.hidden.iter().map(|(_, name)| HiddenFamily {
            name: name.clone(),
            source: FACADE.to_owned(),
            reason: match self.families.get(name).map(|family| family.kind) {
                Some(Kind::Counter) => format!("the name is taken by a counter of {FACADE}"),
                Some(Kind::Gauge | Kind::Distinct | Kind::Top) => {
                    format!("the name is taken by a gauge of {FACADE}")
                }
                Some(Kind::Histogram) => format!("the name is taken by a histogram of {FACADE}"),
                None => format!("{FACADE} has {FAMILIES} metrics already"),
            },
        })
    }
}

/// The name of this source.
const FACADE: &str = "the `metrics` facade";

impl Source for FacadeMetrics {
    fn name(&self) -> &'static str {
        FACADE
    }

    fn families(&self) -> Vec<Box<dyn Readable>> {
        let state = self.read();
        let read = |family: &Arc<Family>| -> Box<dyn Readable> {
            let described = state.descriptions.get(&(family.kind, family.name.clone())).cloned();
            let (help, unit) = described.unwrap_or_else(|| (UNDESCRIBED.to_owned(), ""));
            Box::new(FamilyReader { family: Arc::clone(family), help, unit })
        };
        state.families.values().map(read).collect()
    }

    fn losses(&self, losses: &mut Losses) {
        let state = self.read();
        losses.hidden.extend(state.hidden());
        losses.not_a_number += self.refused.load(Ordering::Relaxed);
        for family in state.families.values() {
            family.losses(losses);
        }
    }
}

const UNDESCRIBED: &str = "FacadeMetrics through the metrics facade, without a description.";

struct FamilyReader {
    family: Arc<Family>,
    help: String,
    unit: &'static str,
}

impl Readable for FamilyReader {
    fn header(&self) -> Header<'_> {
        Header {
            name: Cow::Borrowed(&self.family.name),
            help: Cow::Borrowed(&self.help),
            kind: self.family.kind.into(),
            unit: Cow::Borrowed(self.unit),
        }
    }

    fn len(&self) -> usize {
        self.family.len()
    }

    fn series(&self, index: usize, sink: &mut dyn SeriesSink) {
        if let Some(series) = self.family.at(index) {
            series.write(sink);
        }
    }
}
