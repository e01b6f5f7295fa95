// The option is given twice.
use goldsignal::observed;

#[observed(buckets = [1], buckets = [2])]
fn f(a: u32, b: u32) {
    _ = (a, b);
}

fn main() {}
