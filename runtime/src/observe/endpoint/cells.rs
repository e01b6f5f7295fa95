//! Where an endpoint counts: the layout of its cells.

use crate::declare::buckets::SIZE_BYTES;
use crate::observe::outcome::Outcome;

/// How many pairs of status and outcome of one endpoint are told apart.
pub(super) const ENDS: usize = 24;

/// How many ways to end an endpoint counts apart: the pairs, and the outcomes alone of those that did not fit.
pub(super) const WAYS: usize = ENDS + Outcome::ALL.len();

/// The boundaries of sizes in bytes, as they are compared.
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
    SIZES.partition_point(|bound| *bound < bytes)
}

/// A histogram: the sum, then the buckets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Histogram {
    base: usize,
    pub(crate) buckets: usize,
}

impl Histogram {
    /// How many cells one with `buckets` takes.
    const fn len(buckets: usize) -> usize {
        1 + buckets
    }

    pub(crate) const fn sum(self) -> usize {
        self.base
    }

    pub(crate) const fn bucket(self, bucket: usize) -> usize {
        self.base + 1 + bucket
    }
}

/// What is measured of a request: how many bytes came and went, and how long it took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measures {
    pub(crate) received: Histogram,
    pub(crate) sent: Histogram,
    pub(crate) duration: Histogram,
}

impl Measures {
    const SIZE: usize = Histogram::len(SIZES.len() + 1);

    /// How many cells they take where durations have `buckets`.
    pub(super) const fn len(buckets: usize) -> usize {
        2 * Self::SIZE + Histogram::len(buckets)
    }

    pub(super) const fn at(base: usize, buckets: usize) -> Self {
        let (received, sent) = (base, base + Self::SIZE);
        Self {
            received: Histogram { base: received, buckets: SIZES.len() + 1 },
            sent: Histogram { base: sent, buckets: SIZES.len() + 1 },
            duration: Histogram { base: base + 2 * Self::SIZE, buckets },
        }
    }
}

/// The cells of an endpoint: `started`, the ways to end, what is measured, and the time to the head.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cells {
    base: usize,
    buckets: usize,
}

impl Cells {
    const WAYS: usize = 1;
    const MEASURES: usize = Self::WAYS + WAYS;

    /// How many cells an endpoint takes where durations have `buckets`.
    pub(super) const fn len(buckets: usize) -> usize {
        Self::MEASURES + Measures::len(buckets) + Histogram::len(buckets)
    }

    pub(super) const fn at(base: usize, buckets: usize) -> Self {
        Self { base, buckets }
    }

    pub(crate) const fn started(self) -> usize {
        self.base
    }

    /// Counts the requests that ended in the given way.
    pub(crate) const fn way(self, way: usize) -> usize {
        self.base + Self::WAYS + way
    }

    pub(crate) const fn measures(self) -> Measures {
        Measures::at(self.base + Self::MEASURES, self.buckets)
    }

    pub(crate) const fn head(self) -> Histogram {
        let base = self.base + Self::MEASURES + Measures::len(self.buckets);
        Histogram { base, buckets: self.buckets }
    }
}

/// The cells of an endpoint's endless bodies: `started`, and how long they lasted. All that ended are in the
/// buckets.
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
        Histogram { base: self.base + 1, buckets: self.buckets }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_share_a_cell() {
        let cells = Cells::at(100, 15);
        let Measures { received, sent, duration } = cells.measures();
        let mut all = vec![cells.started()];
        all.extend((0..WAYS).map(|way| cells.way(way)));
        for histogram in [received, sent, duration, cells.head()] {
            all.push(histogram.sum());
            all.extend((0..histogram.buckets).map(|bucket| histogram.bucket(bucket)));
        }
        let expected: Vec<_> = (100..100 + Cells::len(15)).collect();
        assert_eq!(all, expected);
    }

    #[test]
    fn sizes_fall_into_buckets_by_their_upper_bound() {
        assert_eq!([0, 256, 257, 1 << 30].map(size_bucket), [0, 0, 1, 11]);
        assert_eq!(size_bucket(u64::MAX), 12);
    }
}
