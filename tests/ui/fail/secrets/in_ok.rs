// The value holds a secret.
use goldsignal::observed;

#[observed(ok(|token| token = token))]
fn f() -> String {
    String::new()
}

fn main() {}
