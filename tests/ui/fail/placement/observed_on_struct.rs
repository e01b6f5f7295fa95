// The attribute is for functions, not for types.
use goldsignal::observed;

#[observed]
struct S;

fn main() {}
