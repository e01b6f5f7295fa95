// A name needs a value.
use goldsignal::observed;

#[observed(fields(kind = ))]
fn f(a: u32, b: u32) {
    _ = (a, b);
}

fn main() {}
