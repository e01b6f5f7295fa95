// A session.
use goldsignal::observed;

#[observed(fields(cookie))]
fn f(cookie: &str) {
    _ = cookie;
}

fn main() {}
