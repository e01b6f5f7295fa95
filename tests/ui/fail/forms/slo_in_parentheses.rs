// `slo` takes a constant after `=`.
use goldsignal::observed;

#[observed(slo(API))]
fn f(a: u32, b: u32) {
    _ = (a, b);
}

fn main() {}
