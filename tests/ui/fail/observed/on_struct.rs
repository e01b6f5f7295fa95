// An attribute of functions on a type.
use goldsignal::observed;

#[observed]
struct S;

fn main() {}
