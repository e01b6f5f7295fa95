// A union is not called.
use goldsignal::observed;

#[observed]
union U {
    a: u8,
}

fn main() {}
