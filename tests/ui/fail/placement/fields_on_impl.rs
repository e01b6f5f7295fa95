// `fields` goes on a method, not on an `impl` block.
use goldsignal::observed;

struct S;

#[observed(fields(a))]
impl S {
    fn f(&self, a: u32) {}
}

fn main() {}
