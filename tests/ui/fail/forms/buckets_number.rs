// `buckets` takes a list.
use goldsignal::observed;

#[observed(buckets = 0.5)]
fn f(a: u32, b: u32) {
    _ = (a, b);
}

fn main() {}
