//! The name must end in the unit that is given.
//! 2 errors: each unit has one.
use goldsignal::{Counter, Histogram, Metrics};

#[derive(Metrics)]
struct Wrong {
    /// Pages.
    #[metric(unit = "pages", buckets = [1, 10])]
    document_length: Histogram,
    /// Rows.
    #[metric(unit = "rows")]
    read_total: Counter,
}

fn main() {}
