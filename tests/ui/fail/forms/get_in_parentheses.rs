// A route takes text after `=`.
use goldsignal::observed;

#[observed(get("/orders"))]
fn f(a: u32, b: u32) {
    _ = (a, b);
}

fn main() {}
