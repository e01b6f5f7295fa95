//! Counters: what only ever grows.

use std::marker::PhantomData;

use super::ambient;
use super::family::Family;
use crate::declare::{Described, Descriptor, Kind, LabelSet, Labels};

/// A count that only ever grows, over a set of labels.
///
/// Declared as a field of a `#[derive(Metrics)]` struct. Adding returns nothing, cannot fail and takes no
/// lock.
pub struct Counter<L: LabelSet = ()> {
    family: Family,
    labels: PhantomData<fn(L)>,
}

impl<L: LabelSet> Counter<L> {
    /// What a field of this type declares.
    pub const KIND: Kind = Kind::Counter;

    #[doc(hidden)]
    pub fn bind(descriptor: &'static Descriptor) -> Self {
        let family = Family::bind(descriptor, Self::KIND, L::DIMENSIONS);
        Self { family, labels: PhantomData }
    }

    /// The cell of one series, for an increment that is decided later.
    #[doc(hidden)]
    #[inline]
    pub fn series(&self, labels: &L::At<'_>) -> Series {
        Series(self.family.cell::<L>(labels, 1))
    }
}

impl Counter {
    /// Adds one.
    #[inline]
    pub fn inc(&self) {
        self.inc_by(1);
    }

    /// Adds `amount`.
    #[inline]
    pub fn inc_by(&self, amount: u64) {
        self.series(&()).add(amount);
    }

    /// The count in the ambient registry.
    pub fn get(&self) -> u64 {
        self.series(&()).get()
    }
}

impl<L: Labels> Counter<L> {
    /// Adds one to the series with `labels`.
    #[inline]
    pub fn inc(&self, labels: L::At<'_>) {
        self.inc_by(labels, 1);
    }

    /// Adds `amount` to the series with `labels`.
    #[inline]
    #[expect(clippy::needless_pass_by_value, reason = "a literal at the call reads better")]
    pub fn inc_by(&self, labels: L::At<'_>, amount: u64) {
        self.series(&labels).add(amount);
    }

    /// The count of the series with `labels` in the ambient registry.
    #[expect(clippy::needless_pass_by_value, reason = "a literal at the call reads better")]
    pub fn get(&self, labels: L::At<'_>) -> u64 {
        self.series(&labels).get()
    }
}

impl<L: LabelSet> Described for Counter<L> {
    fn descriptor(&self) -> Option<&'static Descriptor> {
        self.family.descriptor()
    }
}

impl<L: LabelSet> std::fmt::Debug for Counter<L> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.family.descriptor().map(|descriptor| descriptor.name);
        f.debug_struct("Counter").field("name", &name).finish()
    }
}

/// One series of a counter, found before it is known whether it will be added to.
#[derive(Clone, Copy, Debug)]
pub struct Series(Option<usize>);

impl Series {
    /// Adds to the series in the ambient registry.
    #[inline]
    pub fn add(self, amount: u64) {
        if let Some(cell) = self.0 {
            ambient::with(|store| store.add(cell, amount));
        }
    }

    fn get(self) -> u64 {
        self.0.map_or(0, |cell| ambient::with(|store| store.sum(cell)))
    }
}
