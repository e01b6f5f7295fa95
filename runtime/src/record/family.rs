//! A family: a declared metric and its cells.

use std::borrow::Cow;
use std::time::SystemTime;

use super::ambient::{self, StoreRef};
use super::histogram;
use super::layout::{self, Share};
use super::visit::{Folded, Header, LabelPair, Readable, SeriesSink};
use crate::declare::label::Dimension;
use crate::declare::{Descriptor, Domain, Kind, LabelSet, OTHER};

/// The cells of a declared metric.
///
/// A family whose declaration contradicts an earlier one, or for which no cells are left, counts nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Family(Option<Share>);

impl Family {
    pub(crate) fn bind(descriptor: &'static Descriptor) -> Self {
        Self(layout::share(descriptor))
    }

    /// The id of the first cell of the series with `labels` in the ambient store.
    #[inline]
    pub(crate) fn cell<L: LabelSet>(&self, labels: &L::At<'_>) -> Option<usize> {
        let share = self.0.as_ref()?;
        ambient::recording(share.descriptor.name, share.descriptor.place);
        Some(share.base + ambient::with(|store| index::<L>(share, store, labels)))
    }

    pub(crate) fn descriptor(&self) -> Option<&'static Descriptor> {
        self.0.as_ref().map(|share| share.descriptor)
    }
}

/// The place of the series with `labels` among the family's cells.
fn index<L: LabelSet>(share: &Share, store: &super::store::Store, labels: &L::At<'_>) -> usize {
    let has_budget = const {
        let mut budgeted = false;
        let mut i = 0;
        while i < L::DIMENSIONS.len() {
            budgeted |= matches!(L::DIMENSIONS[i].domain, Domain::Budget(_));
            i += 1;
        }
        budgeted
    };
    let index = if has_budget {
        L::index(labels, &store.interner(share.ordinal, L::DIMENSIONS))
    } else {
        L::index(labels, &super::intern::Interner(&[]))
    };
    index * share.descriptor.stride()
}

/// More labels than a family usually has.
const FEW: usize = 8;

/// A family of one store, to be read.
pub(crate) struct StoredFamily {
    store: StoreRef,
    share: Share,
}

impl StoredFamily {
    /// The family of `descriptor` as `store` counts it; `None` when its declaration contradicts another.
    pub(crate) fn new(store: &StoreRef, descriptor: &'static Descriptor) -> Option<Self> {
        layout::share(descriptor).map(|share| Self { store: store.clone(), share })
    }

    /// The label values of the series with `index`; `None` where a budgeted value is not there yet.
    fn labels<'a>(
        &self,
        mut index: usize,
        interner: super::intern::Interner<'a>,
        labels: &mut [LabelPair<'a>],
    ) -> Option<()> {
        let dimensions = self.share.descriptor.dimensions.iter().enumerate();
        for ((number, dimension), label) in dimensions.zip(labels).rev() {
            let digit = index % dimension.domain.len();
            index /= dimension.domain.len();
            *label = (dimension.name, value(dimension, number, digit, interner)?);
        }
        Some(())
    }
}

/// How often each budgeted label was folded in `store`, never included.
pub(crate) fn folded(store: &StoreRef) -> Vec<Folded> {
    let mut folded = Vec::new();
    for share in layout::shares() {
        let dimensions = share.descriptor.dimensions;
        if !dimensions.iter().any(|d| matches!(d.domain, Domain::Budget(_))) {
            continue;
        }
        let interner = store.get().interner(share.ordinal, dimensions);
        for (dimension, table) in dimensions.iter().zip(interner.0) {
            if let Some(table) = table {
                let family = share.descriptor.name.to_owned();
                let label = dimension.name.to_owned();
                folded.push(Folded { family, label, count: table.overflowed() });
            }
        }
    }
    folded
}

fn value<'a>(
    dimension: &Dimension,
    number: usize,
    digit: usize,
    interner: super::intern::Interner<'a>,
) -> Option<&'a str> {
    match dimension.domain {
        Domain::Finite(values) => Some(values[digit]),
        Domain::Budget(budget) => {
            let table = interner.0.get(number)?.as_ref()?;
            if digit < budget {
                table.value(digit)
            } else {
                (table.overflowed() > 0).then_some(OTHER)
            }
        }
    }
}

impl Readable for StoredFamily {
    fn header(&self) -> Header<'_> {
        let descriptor = self.share.descriptor;
        Header {
            name: Cow::Borrowed(descriptor.name),
            help: Cow::Borrowed(descriptor.help),
            kind: descriptor.kind.into(),
            unit: Cow::Borrowed(descriptor.unit),
        }
    }

    fn len(&self) -> usize {
        self.share.descriptor.series()
    }

    fn series(&self, index: usize, sink: &mut dyn SeriesSink) {
        let Share { base, ordinal, descriptor } = self.share;
        let store = self.store.get();
        let interner = store.interner(ordinal, descriptor.dimensions);
        // On the stack: a scrape allocates nothing for a series.
        let mut few = [("", ""); FEW];
        let mut many = Vec::new();
        let count = descriptor.dimensions.len();
        let labels = few.get_mut(..count).unwrap_or_else(|| {
            many.resize(count, ("", ""));
            &mut many
        });
        if self.labels(index, interner, labels).is_none() {
            return;
        }
        let cell = base + index * descriptor.stride();
        let created: Option<SystemTime> = Some(store.created());
        match descriptor.kind {
            Kind::Counter => sink.count(labels, store.sum(cell), created),
            Kind::Gauge => {
                let bits = store.gauge(cell).load(std::sync::atomic::Ordering::Relaxed);
                sink.gauge(labels, f64::from_bits(bits));
            }
            Kind::Histogram => {
                histogram::read(store, cell, descriptor.bounds, |buckets| {
                    sink.histogram(labels, buckets, created);
                });
            }
        }
    }
}
