// The sigil does not change what is captured.
use goldsignal::observed;

#[observed(fields(?password))]
fn f(password: &str) {
    _ = password;
}

fn main() {}
