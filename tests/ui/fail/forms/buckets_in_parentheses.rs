// `buckets` takes a list after `=`.
use goldsignal::observed;

#[observed(buckets(0.1, 1))]
fn f(a: u32, b: u32) {
    _ = (a, b);
}

fn main() {}
