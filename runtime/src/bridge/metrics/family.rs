//! A metric of the facade: its labels, and its series within budgets.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use metrics::{Key, Label};

use super::series::Series;
use crate::bridge::names;
use crate::declare::{Kind, OTHER};
use crate::record::intern::InternTable;
use crate::record::visit::{Folded, Losses};

/// The budget of a label: the maximum number of different values.
pub(super) const VALUES: usize = 100;

/// The budget of a metric: the maximum number of series. Declared metrics have the same one, unless they state a
/// `budget`.
const DEFAULT_BUDGET: usize = 10_000;

/// The maximum number of label names of a metric.
const NAMES: usize = 16;

/// A metric.
#[derive(Debug)]
pub(super) struct Family {
    pub(super) name: String,
    pub(super) kind: Kind,
    bounds: Arc<[f64]>,
    refused: Arc<AtomicU64>,
    state: RwLock<State>,
    /// Lookups that were folded because there were too many series or label names.
    folded: AtomicU64,
}

#[derive(Debug, Default)]
struct State {
    labels: Vec<(String, InternTable)>,
    index_by_labels: HashMap<Box<[InternedLabel]>, usize>,
    series: Vec<Arc<Series>>,
    /// The series of everything that exceeds the budget of the metric.
    overflow: Option<usize>,
}

/// The index of a label in the metric, and the index of its value.
type InternedLabel = (usize, usize);

impl Family {
    pub(super) fn new(
        name: String,
        kind: Kind,
        bounds: Arc<[f64]>,
        refused: Arc<AtomicU64>,
    ) -> Self {
        let (state, folded) = (RwLock::default(), AtomicU64::new(0));
        Self { name, kind, bounds, refused, state, folded }
    }

    /// The series of `key`. A new one is created, or folded if it exceeds a budget.
    pub(super) fn series(&self, key: &Key) -> Arc<Series> {
        let digits = {
            let state = self.read();
            let digits = state.digits(key);
            let index = digits.as_ref().and_then(|digits| state.index_by_labels.get(&**digits));
            if let Some(index) = index {
                return Arc::clone(&state.series[*index]);
            }
            digits
        };
        self.make(key, digits)
    }

    /// Creates the series of `key`. Its labels are `digits`, unless one of their names is new.
    #[cold]
    fn make(&self, key: &Key, digits: Option<Vec<InternedLabel>>) -> Arc<Series> {
        let mut state = self.write();
        let digits = digits.or_else(|| {
            state.name_labels(key);
            state.digits(key)
        });
        let index = match digits {
            Some(digits) => match state.index_by_labels.get(&*digits) {
                // Another thread was faster.
                Some(index) => *index,
                None if state.series.len() < DEFAULT_BUDGET => self.add(&mut state, digits),
                None => self.overflow(&mut state),
            },
            // The metric has no capacity for another label name.
            None => self.overflow(&mut state),
        };
        Arc::clone(&state.series[index])
    }

    fn add(&self, state: &mut State, digits: Vec<InternedLabel>) -> usize {
        let index = state.series.len();
        let labels = state.text(&digits);
        state.series.push(Arc::new(Series::new(self.kind, labels, &self.bounds, &self.refused)));
        state.index_by_labels.insert(digits.into(), index);
        index
    }

    /// The series in which all labels are `_OTHER`: those that are known when it is first used.
    fn overflow(&self, state: &mut State) -> usize {
        self.folded.fetch_add(1, Ordering::Relaxed);
        if let Some(index) = state.overflow {
            return index;
        }
        let digits: Vec<_> = (0..state.labels.len()).map(|label| (label, VALUES)).collect();
        let known = state.index_by_labels.get(&*digits).copied();
        let index = known.unwrap_or_else(|| self.add(state, digits));
        state.overflow = Some(index);
        index
    }

    pub(super) fn len(&self) -> usize {
        self.read().series.len()
    }

    pub(super) fn at(&self, index: usize) -> Option<Arc<Series>> {
        self.read().series.get(index).cloned()
    }

    pub(super) fn losses(&self, losses: &mut Losses) {
        let mut folded = |label: &str, count| {
            if count > 0 {
                let (family, label) = (self.name.clone(), label.to_owned());
                losses.folded.push(Folded { family, label, count });
            }
        };
        folded("", self.folded.load(Ordering::Relaxed));
        for (name, table) in &self.read().labels {
            folded(name, table.overflowed());
        }
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
    fn label(&self, name: &str) -> Option<usize> {
        self.labels.iter().position(|(known, _)| known == name)
    }

    /// Adds the label names of `key`, within the limit.
    fn name_labels(&mut self, key: &Key) {
        for label in key.labels() {
            let name = names::label(label.key());
            if self.label(&name).is_none() && self.labels.len() < NAMES {
                self.labels.push((name.into_owned(), InternTable::new(VALUES)));
            }
        }
    }

    /// The labels of `key` as indices; `None` if one of the names is unknown. Empty labels are left out, as Prometheus
    /// treats them as absent. Labels whose names become the same are one label, see [`names::joined`].
    fn digits(&self, key: &Key) -> Option<Vec<InternedLabel>> {
        let mut digits: Vec<InternedLabel> = Vec::with_capacity(key.labels().len());
        let labels = || key.labels().filter(|label| !label.value().is_empty());
        // The lookup of a value that is folded is counted, so no value is looked up before all names are known.
        for label in labels() {
            digits.push((self.label(&names::label(label.key()))?, 0));
        }
        for (index, label) in labels().enumerate() {
            let number = digits[index].0;
            let same = |(other, _): &InternedLabel| *other == number;
            let table = &self.labels[number].1;
            digits[index].1 = match digits[..index].iter().find(|digit| same(digit)) {
                Some((_, value)) => *value,
                None if digits[index + 1..].iter().any(same) => {
                    table.intern(&self.joined(number, labels()))
                }
                None => table.intern(label.value()),
            };
        }
        digits.sort_unstable();
        digits.dedup();
        Some(digits)
    }

    /// The joined values of all `labels` that become the label `number`.
    #[cold]
    fn joined<'a>(&self, number: usize, labels: impl Iterator<Item = &'a Label>) -> String {
        let same = labels.filter(|label| self.label(&names::label(label.key())) == Some(number));
        names::joined(same.map(|label| (label.key(), label.value())).collect())
    }

    fn text(&self, digits: &[InternedLabel]) -> Vec<(String, String)> {
        let pair = |(label, value): &InternedLabel| {
            let (name, table) = &self.labels[*label];
            (name.clone(), table.value(*value).unwrap_or(OTHER).to_owned())
        };
        digits.iter().map(pair).collect()
    }
}
