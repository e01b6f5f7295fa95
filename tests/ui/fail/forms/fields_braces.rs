// Fields braces.
use goldsignal::observed;

#[observed(fields{a})]
fn work(a: u32, b: u32) {}

fn main() {}
