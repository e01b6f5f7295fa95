//! The layout of an endpoint's cells.

use crate::declare::Outcome;
use crate::declare::buckets::SIZE_BYTES;
use crate::record::layout::{self, LINE};
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

/// A histogram: its sum, and its buckets, which are neighbours.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Histogram {
    sum: usize,
    first: usize,
    pub(crate) buckets: usize,
    fast_path: FastPath,
}

/// How the ends that were counted on the fast path contribute to a histogram.
#[derive(Clone, Copy, Debug)]
enum FastPath {
    None,
    /// Each to its bucket.
    PerBucket(Cells),
    /// All of them to the first bucket.
    FirstBucket(Cells),
}

impl Histogram {
    const fn at(sum: usize, first: usize, buckets: usize) -> Self {
        Self { sum, first, buckets, fast_path: FastPath::None }
    }

    /// How many cells a histogram with `buckets` needs.
    const fn len(buckets: usize) -> usize {
        1 + buckets
    }

    pub(crate) const fn sum(self) -> usize {
        self.sum
    }

    pub(crate) const fn bucket(self, bucket: usize) -> usize {
        self.first + bucket
    }

    /// The number of values in each bucket.
    pub(crate) fn counts(self, store: &Store, counts: &mut [u64]) {
        store.sums(self.bucket(0), counts);
        match self.fast_path {
            FastPath::None => {}
            FastPath::PerBucket(cells) => {
                for (bucket, count) in counts.iter_mut().enumerate() {
                    *count += store.sum(cells.fast_path(bucket));
                }
            }
            FastPath::FirstBucket(cells) => counts[0] += cells.ended_on_fast_path(store),
        }
    }
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
        let (sent, duration) = (base + Self::SIZE, base + 2 * Self::SIZE);
        Self {
            received: Histogram::at(base, base + 1, sizes),
            sent: Histogram::at(sent, sent + 1, sizes),
            duration: Histogram::at(duration, duration + 1, buckets),
        }
    }

    /// One of its cells.
    pub(super) const fn a_cell(&self) -> usize {
        self.received.sum
    }
}

/// The cells of an endpoint, a row.
///
/// The fast path counts the most common ends by one cell per bucket instead of four cells (the kind
/// of end, and the buckets of the duration, of the time to the head and of the received bytes). It
/// applies to the first kind of end, without a request body, if the head falls into the bucket of
/// the end. Readers add these cells to the four.
///
/// A request that is counted on the fast path touches one cache line in most cases: `started`, the
/// sums of its duration, of the time to its head and of the bytes sent, then the buckets of the
/// bytes sent. The cells of the fast path stand before them, the first bucket last, so that the
/// first ones of both are on that line. Everything else follows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cells {
    started: usize,
    buckets: usize,
}

/// The index of the kind of end that the fast path counts.
pub(super) const FAST_PATH_KIND: usize = 0;

impl Cells {
    pub(super) const DURATION_SUM: usize = 1;
    pub(super) const HEAD_SUM: usize = 2;
    pub(super) const SENT_SUM: usize = 3;
    pub(super) const SENT: usize = 4;
    const END_KINDS: usize = Self::SENT + SIZES.len() + 1;
    const RECEIVED: usize = Self::END_KINDS + MAX_END_KINDS;
    const DURATION: usize = Self::RECEIVED + Measures::SIZE;

    /// How many buckets of the fast path are on the cache line of `started`.
    const ON_LINE: usize = 2;

    /// How many cells an endpoint needs if durations have `buckets`.
    const fn len(buckets: usize) -> usize {
        Self::before(buckets) + Self::DURATION + 2 * buckets
    }

    /// How many cells are before `started`: the fast path, and as many unused ones as it takes that
    /// `started` is in the right place of its cache line.
    const fn before(buckets: usize) -> usize {
        (buckets.saturating_sub(Self::ON_LINE)).next_multiple_of(LINE) + Self::ON_LINE
    }

    /// Allocates the cells of an endpoint. Returns the one that counts starts.
    pub(super) fn allocate(buckets: usize) -> Option<usize> {
        Some(layout::allocate_row(Self::len(buckets))? + Self::before(buckets))
    }

    /// The cells of the endpoint whose starts the cell `started` counts.
    pub(super) const fn at(started: usize, buckets: usize) -> Self {
        Self { started, buckets }
    }

    pub(crate) const fn started(self) -> usize {
        self.started
    }

    /// The cell of a kind of end.
    pub(crate) const fn end_kind(self, end_kind: usize) -> usize {
        self.started + Self::END_KINDS + end_kind
    }

    /// How many requests ended so.
    pub(crate) fn ended(self, store: &Store, end_kind: usize) -> u64 {
        let by_parts = store.sum(self.end_kind(end_kind));
        let is_fast_path = end_kind == FAST_PATH_KIND;
        if is_fast_path { by_parts + self.ended_on_fast_path(store) } else { by_parts }
    }

    fn ended_on_fast_path(self, store: &Store) -> u64 {
        (0..self.buckets).map(|bucket| store.sum(self.fast_path(bucket))).sum()
    }

    pub(crate) const fn measures(self) -> Measures {
        let Self { started, buckets } = self;
        let received = started + Self::RECEIVED;
        let (sizes, durations) = (SIZES.len() + 1, started + Self::DURATION);
        Measures {
            received: Histogram {
                fast_path: FastPath::FirstBucket(self),
                ..Histogram::at(received, received + 1, sizes)
            },
            sent: Histogram::at(started + Self::SENT_SUM, started + Self::SENT, sizes),
            duration: Histogram {
                fast_path: FastPath::PerBucket(self),
                ..Histogram::at(started + Self::DURATION_SUM, durations, buckets)
            },
        }
    }

    pub(crate) const fn head(self) -> Histogram {
        let Self { started, buckets } = self;
        let first = started + Self::DURATION + buckets;
        let fast_path = FastPath::PerBucket(self);
        Histogram { fast_path, ..Histogram::at(started + Self::HEAD_SUM, first, buckets) }
    }

    /// The fast path's cell of a bucket.
    pub(super) const fn fast_path(self, bucket: usize) -> usize {
        Self::fast_path_of(self.started, bucket)
    }

    /// The same, of the endpoint whose starts the cell `started` counts.
    #[inline]
    pub(super) const fn fast_path_of(started: usize, bucket: usize) -> usize {
        started - 1 - bucket
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
        Histogram::at(self.base + 1, self.base + 2, self.buckets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::ambient::StoreRef;

    #[test]
    fn no_two_share_a_cell() {
        for buckets in [3, 15, 64] {
            let cells = Cells::at(Cells::before(buckets), buckets);
            let Measures { received, sent, duration } = cells.measures();
            let mut all = vec![cells.started()];
            all.extend((0..MAX_END_KINDS).map(|end_kind| cells.end_kind(end_kind)));
            for histogram in [received, sent, duration, cells.head()] {
                all.push(histogram.sum());
                all.extend((0..histogram.buckets).map(|bucket| histogram.bucket(bucket)));
            }
            all.extend((0..buckets).map(|bucket| cells.fast_path(bucket)));
            all.sort_unstable();
            assert!(all.is_sorted_by(|one, next| one < next), "{all:?}");
            assert!(all[0] < LINE, "unused cells are fewer than a line's");
            assert_eq!(all.last(), Some(&(Cells::len(buckets) - 1)));
        }
    }

    #[test]
    fn most_requests_touch_one_cache_line() {
        for buckets in [3, 14, 15, 64] {
            let cells = Cells::at(Cells::allocate(buckets).unwrap(), buckets);
            let Measures { sent, duration, .. } = cells.measures();
            let touched = [
                cells.fast_path(1),
                cells.fast_path(0),
                cells.started(),
                duration.sum(),
                cells.head().sum(),
                sent.sum(),
                sent.bucket(0),
                sent.bucket(1),
            ];
            let line = touched[0];
            assert_eq!(line % LINE, 0);
            assert!(touched.into_iter().eq(line..line + LINE), "{touched:?}");
        }
    }

    #[test]
    fn a_usual_end_is_told_where_four_cells_would_tell_it() {
        let buckets = 15;
        let cells = Cells::at(Cells::allocate(buckets).unwrap(), buckets);
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
