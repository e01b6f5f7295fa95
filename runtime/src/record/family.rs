//! A family: a declared metric, its cells, and how its series are read.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::ambient::{self, StoreRef};
use super::distinct::{self, period};
use super::layout::{self, CellRange};
use super::series_cursor::SeriesCursor;
use super::visit::{Folded, Header, HeavyKeys, LabelPair, Readable, SeriesSink};
use super::{histogram, register, top};
use crate::declare::ranks::{LEAST_SHARE_PERCENT, LEAST_WEIGHT, RANKS};
use crate::declare::{Descriptor, Dimension, Domain, Kind, LabelSet};

/// The cells of a declared metric.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Family {
    /// The id of the first cell. The metric counts nothing if this is 0, see [`bind`](Self::bind).
    first: usize,
    /// Its number among the families.
    ordinal: usize,
    descriptor: Option<&'static Descriptor>,
}

impl Family {
    /// The family that `descriptor` declares, for a metric of this kind over labels with these dimensions.
    ///
    /// It counts nothing if the declaration contradicts an earlier one, or if no cells are left. The same holds for a
    /// descriptor of another kind or with other labels than the metric has: its range would have too few cells.
    pub(crate) fn bind(
        descriptor: &'static Descriptor,
        kind: Kind,
        dimensions: &'static [Dimension],
    ) -> Self {
        let fits = descriptor.kind == kind && descriptor.dimensions == dimensions;
        match fits.then(|| layout::cell_range(descriptor)).flatten() {
            Some(CellRange { first, ordinal, descriptor }) => {
                Self { first, ordinal, descriptor: Some(descriptor) }
            }
            None => Self { first: 0, ordinal: 0, descriptor: None },
        }
    }

    /// The id of the first cell of the series with `labels`. Each series has `stride` cells.
    #[inline]
    pub(crate) fn cell<L: LabelSet>(&self, labels: &L::At<'_>, stride: usize) -> Option<usize> {
        let descriptor = self.descriptor?;
        ambient::note_recording(descriptor);
        Some(self.first + self.index::<L>(labels) * stride)
    }

    /// The first cell, for a metric that chooses among its series itself.
    #[inline]
    pub(crate) fn first_cell(&self) -> Option<usize> {
        let descriptor = self.descriptor?;
        ambient::note_recording(descriptor);
        Some(self.first)
    }

    /// Its number among the families, for a metric that stores its series elsewhere.
    #[inline]
    pub(crate) fn ordinal(&self) -> Option<usize> {
        let descriptor = self.descriptor?;
        ambient::note_recording(descriptor);
        Some(self.ordinal)
    }

    /// Adds to the cell of the series with `labels`, in a family whose series have one cell each.
    #[inline]
    pub(crate) fn add<L: LabelSet>(&self, labels: &L::At<'_>, amount: u64) {
        if self.first > 0 {
            let cell = self.first + self.index::<L>(labels);
            ambient::add(|| self.descriptor, cell, amount);
        }
    }

    /// The index of the series with `labels`. Only budgeted labels need the store, for their intern tables.
    #[inline]
    fn index<L: LabelSet>(&self, labels: &L::At<'_>) -> usize {
        let has_budget = const {
            let mut budgeted = false;
            let mut i = 0;
            while i < L::DIMENSIONS.len() {
                budgeted |= matches!(L::DIMENSIONS[i].domain, Domain::Budget(_));
                i += 1;
            }
            budgeted
        };
        if has_budget {
            ambient::with(|store| L::index(labels, &store.interner(self.ordinal, L::DIMENSIONS)))
        } else {
            L::index(labels, &super::intern::Interner(&[]))
        }
    }

    pub(crate) fn descriptor(&self) -> Option<&'static Descriptor> {
        self.descriptor
    }
}

/// A family as one store counts it, for a scrape.
pub(crate) struct StoredFamily {
    store: StoreRef,
    range: CellRange,
    /// The heaviest keys. They are read once, so that the ranks of a scrape fit together.
    heaviest: OnceLock<HeavyKeys>,
}

impl StoredFamily {
    /// The family of `descriptor` in `store`; `None` if the declaration contradicts another one.
    pub(crate) fn new(store: &StoreRef, descriptor: &'static Descriptor) -> Option<Self> {
        let range = layout::cell_range(descriptor)?;
        Some(Self { store: store.clone(), range, heaviest: OnceLock::new() })
    }

    fn heaviest(&self) -> &HeavyKeys {
        let read = || top::heaviest(self.store.get(), self.range.ordinal);
        self.heaviest.get_or_init(read)
    }

    /// Writes the series from `index` to below `end` until `sink` is full. Returns the index to continue from.
    fn write_to(&self, index: usize, end: usize, sink: &mut dyn SeriesSink) -> usize {
        if index >= end {
            return end;
        }
        let CellRange { ordinal, descriptor, .. } = self.range;
        let store = self.store.get();
        let dimensions = descriptor.dimensions;
        let mut cursor =
            SeriesCursor::new(dimensions, store.interner(ordinal, dimensions), index, end);
        while let Some(index) = cursor.seek() {
            if sink.is_full() {
                return index;
            }
            let written = match descriptor.kind {
                Kind::Counter => self.write_counters(index, &mut cursor, sink),
                Kind::Gauge | Kind::Histogram | Kind::Distinct | Kind::Top => {
                    self.write_one(index, &mut cursor, sink);
                    1
                }
            };
            cursor.advance(written);
        }
        end
    }

    /// Writes counters that differ in their last label only, starting with the one at `cursor`, whose index is `index`.
    /// Returns how many.
    fn write_counters(
        &self,
        index: usize,
        cursor: &mut SeriesCursor<'_>,
        sink: &mut dyn SeriesSink,
    ) -> usize {
        let store = self.store.get();
        let (mut sums, mut series) = ([0; RUN], [("", 0); RUN]);
        let count = cursor.run().min(RUN);
        let sums = &mut sums[..count];
        store.sums(self.range.first + index, sums);
        for ((ahead, series), sum) in series.iter_mut().enumerate().zip(&*sums) {
            *series = (cursor.last_value(ahead), *sum);
        }
        let labels = labels(cursor, sink);
        sink.counts(labels, &series[..count], Some(store.created()));
        count
    }

    /// Writes the gauge or histogram at `cursor`, whose index is `index`.
    fn write_one(&self, index: usize, cursor: &mut SeriesCursor<'_>, sink: &mut dyn SeriesSink) {
        let CellRange { first, descriptor, .. } = self.range;
        let cell = first + index * descriptor.stride();
        let store = self.store.get();
        let gauge = match descriptor.kind {
            Kind::Gauge => Some(store.gauge_value(cell)),
            Kind::Distinct => Some(register::read(store.gauge_bits(cell), period()).into()),
            Kind::Top => Some(in_float(self.heaviest().ranks()[index.min(RANKS)])),
            Kind::Counter | Kind::Histogram => None,
        };
        if let Some(gauge) = gauge {
            let labels = labels(cursor, sink);
            return sink.gauge(labels, gauge);
        }
        histogram::read(store, cell, descriptor.bounds, |buckets| {
            let labels = labels(cursor, sink);
            sink.histogram(labels, buckets, Some(store.created()));
        });
    }
}

#[expect(clippy::cast_precision_loss, reason = "a scrape has no more digits")]
const fn in_float(weight: u64) -> f64 {
    weight as f64
}

/// The maximum number of counters in one call of the sink. More are not faster, and a piece of the exposition may
/// exceed its size by them.
const RUN: usize = 16;

/// The labels of the series at `cursor`. Reports to `sink` how many of them are unchanged.
fn labels<'a, 'b>(
    cursor: &'b mut SeriesCursor<'a>,
    sink: &mut dyn SeriesSink,
) -> &'b [LabelPair<'a>] {
    let (labels, same) = cursor.labels();
    sink.same_labels(same);
    labels
}

/// How often values of each budgeted label were folded in `store`; labels that were never folded are included.
pub(crate) fn folded(store: &StoreRef) -> Vec<Folded> {
    let mut folded = Vec::new();
    for range in layout::cell_ranges() {
        let dimensions = range.descriptor.dimensions;
        if !dimensions.iter().any(|d| matches!(d.domain, Domain::Budget(_))) {
            continue;
        }
        let interner = store.get().interner(range.ordinal, dimensions);
        for (dimension, table) in dimensions.iter().zip(interner.0) {
            if let Some(table) = table {
                let family = range.descriptor.name.to_owned();
                let label = dimension.name.to_owned();
                folded.push(Folded { family, label, count: table.overflowed() });
            }
        }
    }
    folded
}

/// The metrics of `store` of which a key has a large share, and the log has not said so in this window.
pub(crate) fn untold_giants(store: &StoreRef) -> Vec<(&'static Descriptor, HeavyKeys)> {
    let window = top::window();
    let ranges = layout::cell_ranges().into_iter();
    let giants = ranges.filter(|range| range.descriptor.kind == Kind::Top).filter_map(|range| {
        let heaviest = store.get().heaviest(range.ordinal)?;
        let keys = top::heaviest(store.get(), range.ordinal);
        let is_giant = keys.total >= LEAST_WEIGHT
            && keys.first_share() * 100.0 >= f64::from(LEAST_SHARE_PERCENT);
        (is_giant && heaviest.is_first_in(window)).then_some((range.descriptor, keys))
    });
    giants.collect()
}

impl Readable for StoredFamily {
    fn different_keys(&self) -> Option<f64> {
        let CellRange { first, descriptor, .. } = self.range;
        let is_distinct = descriptor.kind == Kind::Distinct;
        is_distinct.then(|| distinct::estimate(self.store.get(), first))
    }

    fn heaviest_keys(&self) -> Option<HeavyKeys> {
        (self.range.descriptor.kind == Kind::Top).then(|| self.heaviest().clone())
    }

    fn header(&self) -> Header<'_> {
        let descriptor = self.range.descriptor;
        Header {
            name: Cow::Borrowed(descriptor.name),
            help: Cow::Borrowed(descriptor.help),
            kind: descriptor.kind.into(),
            unit: Cow::Borrowed(descriptor.unit),
        }
    }

    fn len(&self) -> usize {
        self.range.descriptor.series()
    }

    fn series(&self, index: usize, sink: &mut dyn SeriesSink) {
        self.write_to(index, index + 1, sink);
    }

    fn write(&self, index: usize, sink: &mut dyn SeriesSink) -> usize {
        self.write_to(index, self.len(), sink)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declare::SourceLocation;
    use crate::record::{Counter, Gauge, Histogram};
    use crate::{Label, Labels};

    const fn descriptor(
        name: &'static str,
        kind: Kind,
        dimensions: &'static [Dimension],
    ) -> Descriptor {
        let bounds: &[f64] = if matches!(kind, Kind::Histogram) { &[1.0] } else { &[] };
        let location = SourceLocation::new(file!(), line!(), module_path!());
        Descriptor { name, help: "", kind, unit: "", dimensions, bounds, location }
    }

    /// Its index is far out of range.
    struct Wrong;

    impl Label for Wrong {
        const VALUES: &'static [&'static str] = &["a", "b"];

        fn index(&self) -> usize {
            usize::MAX
        }
    }

    #[derive(Labels)]
    struct ByWrong {
        wrong: Wrong,
        flag: bool,
    }

    /// The series of a family lie next to those of the family that is bound after it.
    #[test]
    fn a_wrong_label_counts_in_its_own_metric() {
        static FIRST: Descriptor =
            descriptor("family_first_total", Kind::Counter, <ByWrong as LabelSet>::DIMENSIONS);
        static SECOND: Descriptor =
            descriptor("family_second_total", Kind::Counter, <ByWrong as LabelSet>::DIMENSIONS);
        let (first, second) = (Counter::<ByWrong>::bind(&FIRST), Counter::<ByWrong>::bind(&SECOND));
        first.inc(ByWrong { wrong: Wrong, flag: true });
        assert_eq!(first.get(ByWrong { wrong: Wrong, flag: true }), 1);
        let cells = layout::cell_range(&FIRST).unwrap().first;
        let counts: Vec<_> =
            (0..4).map(|index| ambient::with(|store| store.sum(cells + index))).collect();
        assert_eq!(counts, [0, 0, 0, 1], "it counts as the last value");
        let cells = layout::cell_range(&SECOND).unwrap().first;
        assert!((0..4).all(|index| ambient::with(|store| store.sum(cells + index)) == 0));
        second.inc(ByWrong { wrong: Wrong, flag: false });
        assert_eq!(second.get(ByWrong { wrong: Wrong, flag: false }), 1);
    }

    #[test]
    fn a_descriptor_of_other_labels_or_another_kind_counts_nothing() {
        static ONE: Descriptor = descriptor("family_one_total", Kind::Counter, &[]);
        static GAUGE: Descriptor = descriptor("family_gauge", Kind::Gauge, &[]);
        static HISTOGRAM: Descriptor = descriptor("family_seconds", Kind::Histogram, &[]);
        let labelled = Counter::<ByWrong>::bind(&ONE);
        labelled.inc(ByWrong { wrong: Wrong, flag: true });
        assert_eq!(labelled.get(ByWrong { wrong: Wrong, flag: true }), 0);
        let gauge = Gauge::<()>::bind(&ONE);
        gauge.set(1);
        assert!(gauge.get().abs() < f64::EPSILON);
        Histogram::<()>::bind(&GAUGE).observe(1);
        let counter = Counter::<()>::bind(&HISTOGRAM);
        counter.inc();
        assert_eq!(counter.get(), 0);
        let counter = Counter::<()>::bind(&ONE);
        counter.inc();
        assert_eq!(counter.get(), 1);
    }

    #[test]
    fn labels_without_values_have_no_cells() {
        const NONE: &[Dimension] = &[Dimension { name: "none", domain: Domain::Finite(&[]) }];
        static EMPTY: Descriptor = descriptor("family_empty_total", Kind::Counter, NONE);
        assert!(layout::cell_range(&EMPTY).is_none());
    }

    /// Is full after one call.
    #[derive(Default)]
    struct OneCall(usize);

    impl SeriesSink for OneCall {
        fn is_full(&self) -> bool {
            self.0 > 0
        }

        fn counter(&mut self, _: &[LabelPair<'_>], _: f64, _: Option<std::time::SystemTime>) {}

        fn count(&mut self, _: &[LabelPair<'_>], _: u64, _: Option<std::time::SystemTime>) {
            self.0 += 1;
        }

        fn gauge(&mut self, _: &[LabelPair<'_>], _: f64) {}

        fn histogram(
            &mut self,
            _: &[LabelPair<'_>],
            _: crate::record::visit::Buckets<'_>,
            _: Option<std::time::SystemTime>,
        ) {
        }

        fn summary(&mut self, _: &[LabelPair<'_>], _: crate::record::visit::Quantiles<'_>) {}
    }

    #[test]
    fn a_full_sink_continues_later() {
        static PIECES: Descriptor =
            descriptor("family_pieces_total", Kind::Counter, <ByWrong as LabelSet>::DIMENSIONS);
        let family = StoredFamily::new(&StoreRef::global(), &PIECES).unwrap();
        let mut sink = OneCall::default();
        // One call of the sink has the series that differ in the last label.
        assert_eq!((family.write(0, &mut sink), sink.0), (2, 2));
        let mut sink = OneCall::default();
        assert_eq!((family.write(2, &mut sink), sink.0), (4, 2));
    }
}
