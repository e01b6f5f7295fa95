// An attribute of functions on a trait.
use goldsignal::observed;

#[observed]
trait T {
    fn f(&self);
}

fn main() {}
