// A field takes `=`.
use goldsignal::observed;

#[observed(fields(kind: a))]
fn f(a: u32, b: u32) {
    _ = (a, b);
}

fn main() {}
