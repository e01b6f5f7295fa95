// A route takes text after `=`.
use goldsignal::observed;

#[observed(get)]
fn f(a: u32, b: u32) {
    _ = (a, b);
}

fn main() {}
