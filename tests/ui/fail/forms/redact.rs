// The wrapper is called `redacted`.
use goldsignal::observed;

#[observed(fields(key = redact(a)))]
fn f(a: u32, b: u32) {
    _ = (a, b);
}

fn main() {}
