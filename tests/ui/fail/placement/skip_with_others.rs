// A method that is skipped has no options.
use goldsignal::observed;

struct S;

#[observed]
impl S {
    #[observed(skip, level = debug)]
    fn f(&self) {}
}

fn main() {}
