// A module is not called; its functions are.
use goldsignal::observed;

#[observed]
mod m {
    fn f() {}
}

fn main() {}
