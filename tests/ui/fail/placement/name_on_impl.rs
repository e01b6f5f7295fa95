// Each method has a name of its own.
use goldsignal::observed;

struct S;

#[observed(name = "store")]
impl S {
    fn f(&self) {}
}

fn main() {}
