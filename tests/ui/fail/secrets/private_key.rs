// A key.
use goldsignal::observed;

#[observed(fields(private_key))]
fn f(private_key: &str) {
    _ = private_key;
}

fn main() {}
