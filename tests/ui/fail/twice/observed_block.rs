// A block is observed once.
use goldsignal::observed;

struct S;

#[observed]
#[observed(level = debug)]
impl S {
    fn f(&self) {}
}

fn main() {}
