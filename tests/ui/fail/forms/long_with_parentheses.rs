// `long` takes nothing.
use goldsignal::observed;

#[observed(long())]
fn f(a: u32, b: u32) {
    _ = (a, b);
}

fn main() {}
