// Options are separated by commas.
use goldsignal::observed;

#[observed(name = "a" level = debug)]
fn f(a: u32, b: u32) {
    _ = (a, b);
}

fn main() {}
