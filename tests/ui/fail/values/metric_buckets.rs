//! Invalid buckets, reported at the bound that is wrong.
//! 7 errors: each list has one.
use goldsignal::{Counter, Histogram, Metrics};

const UNSORTED: &[f64] = &[2.0, 1.0];

#[derive(Metrics)]
struct Wrong {
    /// Unsorted.
    #[metric(buckets = [0.1, 1.0, 0.5])]
    a_seconds: Histogram,
    /// Duplicate.
    #[metric(buckets = [1, 1.0])]
    b_seconds: Histogram,
    /// None.
    #[metric(buckets = [])]
    c_seconds: Histogram,
    /// Not numbers.
    #[metric(buckets = ["1", 1e999])]
    d_seconds: Histogram,
    /// Needed: nothing is the default of a ratio.
    e_ratio: Histogram,
    /// Not for counters.
    #[metric(buckets = [1.0])]
    f_total: Counter,
}

#[derive(Metrics)]
struct Constant {
    /// Unsorted, which only the compiler sees.
    #[metric(buckets = UNSORTED)]
    a_seconds: Histogram,
}

fn main() {}
