// Field semicolon.
use goldsignal::observed;

#[observed(fields(a; b))]
fn work(a: u32, b: u32) {}

fn main() {}
