// A type is not called.
use goldsignal::observed;

#[observed]
type T = u32;

fn main() {}
