// Fields are of one method.
use goldsignal::observed;

struct S;

#[observed(fields(a))]
impl S {
    fn f(&self, a: u32) {}
}

fn main() {}
