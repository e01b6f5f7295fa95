// A `const fn` may run in the compiler.
use goldsignal::observed;

#[observed]
const fn f() {}

fn main() {}
