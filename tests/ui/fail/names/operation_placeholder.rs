// A template: not interpolated.
use goldsignal::observed;

#[observed(name = "work_{id}")]
fn work(id: u32) {}

fn main() {}
