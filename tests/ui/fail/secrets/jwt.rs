// A token.
use goldsignal::observed;

#[observed(fields(jwt))]
fn f(jwt: &str) {
    _ = jwt;
}

fn main() {}
