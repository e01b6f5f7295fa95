// The attribute is for functions and `impl` blocks, not for traits.
use goldsignal::observed;

#[observed]
trait T {
    fn f(&self);
}

fn main() {}
