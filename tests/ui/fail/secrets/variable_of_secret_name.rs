// The variable holds a secret, whatever the field is called.
use goldsignal::observed;

#[observed(fields(pw = password))]
fn f(password: &str) {
    _ = password;
}

fn main() {}
