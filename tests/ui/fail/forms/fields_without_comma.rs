// Fields are separated by commas.
use goldsignal::observed;

#[observed(fields(a b))]
fn f(a: u32, b: u32) {
    _ = (a, b);
}

fn main() {}
