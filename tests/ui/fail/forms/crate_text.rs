// `crate` takes a path.
use goldsignal::observed;

#[observed(crate = "gs")]
fn f(a: u32, b: u32) {
    _ = (a, b);
}

fn main() {}
