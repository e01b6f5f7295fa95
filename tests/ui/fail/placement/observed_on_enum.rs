// An enum is not called.
use goldsignal::observed;

#[observed]
enum E {
    A,
}

fn main() {}
