// `level` takes a value after `=`.
use goldsignal::observed;

#[observed(level("debug"))]
fn f(a: u32, b: u32) {
    _ = (a, b);
}

fn main() {}
