// Buckets can be constants: arrays, slices, paths, and single bounds.
use goldsignal::observed;

const ARRAY: [f64; 3] = [0.1, 0.5, 1.0];
const SLICE: &[f64] = &[0.1, 0.5, 1.0];
const FIRST: f64 = 0.1;

mod limits {
    pub const DATABASE: [f64; 2] = [0.01, 0.1];
}

struct Jobs;

impl Jobs {
    const BUCKETS: &'static [f64] = &[1.0, 60.0];
}

#[observed(buckets = ARRAY)]
fn array() {}

#[observed(buckets = SLICE)]
fn slice() {}

#[observed(buckets = limits::DATABASE)]
fn path() {}

#[observed(buckets = Jobs::BUCKETS)]
fn associated() {}

#[observed(buckets = [FIRST, FIRST * 2.0, 1e1, 60])]
fn bounds() {}

fn main() {
    array();
    slice();
    path();
    associated();
    bounds();
}
