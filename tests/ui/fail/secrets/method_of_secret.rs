// The expression holds a secret.
use goldsignal::observed;

#[observed(fields(size = password.trim()))]
fn f(password: &str) {
    _ = password;
}

fn main() {}
