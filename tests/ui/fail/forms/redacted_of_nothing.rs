// `redacted` takes one value.
use goldsignal::observed;

#[observed(fields(key = redacted()))]
fn f(a: u32, b: u32) {
    _ = (a, b);
}

fn main() {}
