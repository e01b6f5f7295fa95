// A `const fn` may run at compile time, where nothing is observed.
use goldsignal::observed;

#[observed]
const fn f() {}

fn main() {}
