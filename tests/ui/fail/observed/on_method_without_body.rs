// Nothing to observe.
use goldsignal::observed;

trait T {
    #[observed]
    fn f(&self);
}

fn main() {}
