// A level is a word.
use goldsignal::observed;

#[observed(level = tracing::Level::DEBUG)]
fn f(a: u32, b: u32) {
    _ = (a, b);
}

fn main() {}
