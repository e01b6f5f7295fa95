// `long` takes nothing.
use goldsignal::observed;

#[observed(long = true)]
fn f(a: u32, b: u32) {
    _ = (a, b);
}

fn main() {}
