// `hash` takes one value.
use goldsignal::observed;

#[observed(fields(key = hash(a, b)))]
fn f(a: u32, b: u32) {
    _ = (a, b);
}

fn main() {}
