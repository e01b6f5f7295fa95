// `slo` takes a constant.
use goldsignal::observed;

#[observed(slo = "api")]
fn f(a: u32, b: u32) {
    _ = (a, b);
}

fn main() {}
