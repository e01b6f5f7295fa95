// A level is a word.
use goldsignal::observed;

#[observed(level = 3)]
fn f(a: u32, b: u32) {
    _ = (a, b);
}

fn main() {}
