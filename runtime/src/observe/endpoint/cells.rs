//! The layout of an endpoint's cells.

use crate::declare::Outcome;
use crate::declare::buckets::SIZE_BYTES;
use crate::record::store::Store;

/// How many pairs of status and outcome an endpoint distinguishes.
pub(super) const ENDS: usize = 24;

/// How many kinds of ends an endpoint counts: the pairs, and one for each outcome of the pairs that
/// did not fit.
pub(super) const MAX_END_KINDS: usize = ENDS + Outcome::ALL.len();

/// The bucket boundaries of sizes, in bytes.
const SIZES: [u64; SIZE_BYTES.len()] = {
    let mut sizes = [0; SIZE_BYTES.len()];
    let mut i = 0;
    while i < sizes.len() {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "they are whole, positive and far below 2⁶⁴"
        )]
        {
            sizes[i] = SIZE_BYTES[i] as u64;
        }
        i += 1;
    }
    sizes
};

/// The bucket of a size.
#[inline]
pub(super) fn size_bucket(bytes: u64) -> usize {
    // Most bodies are small, and the search would be a large part of counting them.
    if bytes <= SIZES[0] { 0 } else { search_size(bytes) }
}

#[inline(never)]
fn search_size(bytes: u64) -> usize {
    SIZES.partition_point(|bound| *bound < bytes)
}

/// A histogram: the sum, then the buckets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Histogram {
    base: usize,
    pub(crate) buckets: usize,
    fast_path: FastPath,
}

/// How the ends that were counted on the fast path contribute to a histogram.
#[derive(Clone, Copy, Debug)]
enum FastPath {
    None,
    /// Each to its bucket; the first cell counts the first bucket.
    PerBucket(usize),
    /// All of them to the first bucket: the first cell, and the number of cells.
    FirstBucket(usize, usize),
}

impl Histogram {
    const fn at(base: usize, buckets: usize) -> Self {
        Self { base, buckets, fast_path: FastPath::None }
    }

    /// How many cells a histogram with `buckets` needs.
    const fn len(buckets: usize) -> usize {
        1 + buckets
    }

    pub(crate) const fn sum(self) -> usize {
        self.base
    }

    pub(crate) const fn bucket(self, bucket: usize) -> usize {
        self.base + 1 + bucket
    }

    /// The number of values in each bucket.
    pub(crate) fn counts(self, store: &Store, counts: &mut [u64]) {
        store.sums(self.bucket(0), counts);
        match self.fast_path {
            FastPath::None => {}
            FastPath::PerBucket(first) => {
                let cells = counts.iter_mut().zip(first..);
                cells.for_each(|(count, cell)| *count += store.sum(cell));
            }
            FastPath::FirstBucket(first, buckets) => {
                counts[0] += fast_path_ends(store, first, buckets);
            }
        }
    }
}

fn fast_path_ends(store: &Store, first: usize, buckets: usize) -> u64 {
    (first..first + buckets).map(|cell| store.sum(cell)).sum()
}

/// The measured values of requests: bytes received and sent, and the duration.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measures {
    pub(crate) received: Histogram,
    pub(crate) sent: Histogram,
    pub(crate) duration: Histogram,
}

impl Measures {
    const SIZE: usize = Histogram::len(SIZES.len() + 1);

    /// How many cells they need if durations have `buckets`.
    pub(super) const fn len(buckets: usize) -> usize {
        2 * Self::SIZE + Histogram::len(buckets)
    }

    pub(super) const fn at(base: usize, buckets: usize) -> Self {
        let sizes = SIZES.len() + 1;
        Self {
            received: Histogram::at(base, sizes),
            sent: Histogram::at(base + Self::SIZE, sizes),
            duration: Histogram::at(base + 2 * Self::SIZE, buckets),
        }
    }

    /// Its first cell.
    pub(super) const fn first(&self) -> usize {
        self.received.base
    }
}

/// The cells of an endpoint, a row: `started`, the kinds of ends, the measured values, the time to
/// the head, and the fast path.
///
/// The fast path counts the most common ends by one cell per bucket instead of four cells (the kind
/// of end, and the buckets of the duration, of the time to the head and of the received bytes). It
/// applies to the first kind of end, without a request body, if the head falls into the bucket of
/// the end. Readers add these cells to the four.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cells {
    base: usize,
    buckets: usize,
}

/// The index of the kind of end that the fast path counts.
pub(super) const FAST_PATH_KIND: usize = 0;

impl Cells {
    const END_KINDS: usize = 1;
    const MEASURES: usize = Self::END_KINDS + MAX_END_KINDS;

    /// How many cells an endpoint needs if durations have `buckets`.
    pub(super) const fn len(buckets: usize) -> usize {
        Self::MEASURES + Measures::len(buckets) + Histogram::len(buckets) + buckets
    }

    pub(super) const fn at(base: usize, buckets: usize) -> Self {
        Self { base, buckets }
    }

    pub(crate) const fn started(self) -> usize {
        self.base
    }

    /// The cell of a kind of end.
    pub(crate) const fn end_kind(self, end_kind: usize) -> usize {
        self.base + Self::END_KINDS + end_kind
    }

    /// How many requests ended so.
    pub(crate) fn ended(self, store: &Store, end_kind: usize) -> u64 {
        let fast_path = if end_kind == FAST_PATH_KIND {
            fast_path_ends(store, self.fast_path(0), self.buckets)
        } else {
            0
        };
        fast_path + store.sum(self.end_kind(end_kind))
    }

    pub(crate) const fn measures(self) -> Measures {
        let mut measures = Measures::at(self.base + Self::MEASURES, self.buckets);
        measures.received.fast_path = FastPath::FirstBucket(self.fast_path(0), self.buckets);
        measures.duration.fast_path = FastPath::PerBucket(self.fast_path(0));
        measures
    }

    pub(crate) const fn head(self) -> Histogram {
        let base = self.base + Self::MEASURES + Measures::len(self.buckets);
        let fast_path = FastPath::PerBucket(self.fast_path(0));
        Histogram { fast_path, ..Histogram::at(base, self.buckets) }
    }

    /// The fast path's cell of a bucket.
    pub(super) const fn fast_path(self, bucket: usize) -> usize {
        self.base + Self::len(self.buckets) - self.buckets + bucket
    }
}

/// The cells of an endpoint's endless bodies: `started`, and the histogram of their lives, which
/// counts all ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StreamCells {
    base: usize,
    buckets: usize,
}

impl StreamCells {
    pub(super) const fn len(buckets: usize) -> usize {
        1 + Histogram::len(buckets)
    }

    pub(super) const fn at(base: usize, buckets: usize) -> Self {
        Self { base, buckets }
    }

    pub(crate) const fn started(self) -> usize {
        self.base
    }

    pub(crate) const fn duration(self) -> Histogram {
        Histogram::at(self.base + 1, self.buckets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::ambient::StoreRef;
    use crate::record::layout;

    #[test]
    fn no_two_share_a_cell() {
        let cells = Cells::at(100, 15);
        let Measures { received, sent, duration } = cells.measures();
        let mut all = vec![cells.started()];
        all.extend((0..MAX_END_KINDS).map(|end_kind| cells.end_kind(end_kind)));
        for histogram in [received, sent, duration, cells.head()] {
            all.push(histogram.sum());
            all.extend((0..histogram.buckets).map(|bucket| histogram.bucket(bucket)));
        }
        all.extend((0..15).map(|bucket| cells.fast_path(bucket)));
        let expected: Vec<_> = (100..100 + Cells::len(15)).collect();
        assert_eq!(all, expected);
    }

    #[test]
    fn a_usual_end_is_told_where_four_cells_would_tell_it() {
        let buckets = 15;
        let cells = Cells::at(layout::allocate_row(Cells::len(buckets)).unwrap(), buckets);
        let store = StoreRef::global();
        let store = store.get();
        store.add(cells.fast_path(3), 2);
        store.add(cells.fast_path(0), 1);
        let counts = |histogram: Histogram| {
            let mut counts = vec![0; histogram.buckets];
            histogram.counts(store, &mut counts);
            (counts.iter().sum::<u64>(), counts[0], counts[3])
        };
        let Measures { received, sent, duration } = cells.measures();
        assert_eq!(counts(duration), (3, 1, 2));
        assert_eq!(counts(cells.head()), (3, 1, 2));
        assert_eq!(counts(received), (3, 3, 0));
        assert_eq!(counts(sent), (0, 0, 0));
        assert_eq!(
            (cells.ended(store, FAST_PATH_KIND), cells.ended(store, FAST_PATH_KIND + 1)),
            (3, 0)
        );
    }

    #[test]
    fn sizes_fall_into_buckets_by_their_upper_bound() {
        assert_eq!([0, 256, 257, 1 << 30].map(size_bucket), [0, 0, 1, 11]);
        assert_eq!(size_bucket(u64::MAX), 12);
    }
}
