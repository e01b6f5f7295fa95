// A variable in place of a constant.
use goldsignal::{Slo, observed};

fn outer() {
    let api = Slo::new("api", "x").availability(99.9);
    #[observed(slo = api)]
    fn work() {}
}

fn main() {}
