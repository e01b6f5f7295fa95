// Tests need the feature `testing`.
// package: goldsignal-tests-core
use goldsignal::testing;

fn main() {}
