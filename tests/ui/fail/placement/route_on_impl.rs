// An `impl` block has no route; a function has.
use goldsignal::observed;

struct S;

#[observed(get = "/orders")]
impl S {
    fn f(&self) {}
}

fn main() {}
