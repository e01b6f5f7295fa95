// A foreign function has no body here.
use goldsignal::observed;

#[observed]
unsafe extern "C" {
    fn f();
}

fn main() {}
