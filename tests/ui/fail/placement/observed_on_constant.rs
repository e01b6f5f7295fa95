// A constant is not called.
use goldsignal::observed;

#[observed]
const N: u32 = 1;

fn main() {}
