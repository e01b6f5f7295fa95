// `crate` takes a path after `=`.
use goldsignal::observed;

#[observed(crate(goldsignal))]
fn f(a: u32, b: u32) {
    _ = (a, b);
}

fn main() {}
