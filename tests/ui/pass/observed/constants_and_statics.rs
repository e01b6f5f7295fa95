// Names of options as constants where the documentation promises them, and a `const` block.
use goldsignal::observed;

const LIMIT: f64 = 0.5;

mod names {
    pub const DEPTH: usize = 2;
}

#[observed(buckets = [LIMIT / 2.0, LIMIT, const { LIMIT * 2.0 }], fields(depth = names::DEPTH, total = const { 1 + 1 }))]
fn f<const N: usize>() -> usize {
    N + names::DEPTH
}

fn main() {
    assert_eq!(f::<1>(), 3);
}
