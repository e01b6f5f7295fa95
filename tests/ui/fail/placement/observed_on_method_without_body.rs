// A method of a trait without a body cannot be observed.
use goldsignal::observed;

trait T {
    #[observed]
    fn f(&self);
}

fn main() {}
