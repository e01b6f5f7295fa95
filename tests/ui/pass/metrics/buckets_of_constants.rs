// Buckets can be constants: arrays, slices and paths.
use goldsignal::{Histogram, Metrics};

const ARRAY: [f64; 3] = [0.1, 0.5, 1.0];
const SLICE: &[f64] = &[0.1, 0.5, 1.0];

mod limits {
    pub const PAGES: [f64; 2] = [1.0, 10.0];
}

#[derive(Metrics)]
struct Shop {
    /// By an array.
    #[metric(buckets = ARRAY)]
    array_seconds: Histogram,
    /// By a slice.
    #[metric(buckets = SLICE)]
    slice_seconds: Histogram,
    /// By a path.
    #[metric(buckets = limits::PAGES, unit = "pages")]
    length_pages: Histogram,
}

fn main() {
    let shop = Shop::get();
    shop.array_seconds.observe(0.2);
    shop.slice_seconds.observe(0.2);
    shop.length_pages.observe(3);
}
