// A method is observed once.
use goldsignal::observed;

struct S;

#[observed]
impl S {
    #[observed(level = debug)]
    #[observed]
    fn f(&self) {}
}

fn main() {}
