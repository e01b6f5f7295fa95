// A static is not called.
use goldsignal::observed;

#[observed]
static N: u32 = 1;

fn main() {}
