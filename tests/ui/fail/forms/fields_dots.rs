// All.
use goldsignal::observed;

#[observed(fields(..))]
fn work(a: u32, b: u32) {}

fn main() {}
