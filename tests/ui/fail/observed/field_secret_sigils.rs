// Text by its `Display` or `Debug`, under names that look secret.
use goldsignal::observed;

#[observed(fields(jwt = %key, "x-api-key" = ?key))]
fn f(key: &str) {
    let _ = key;
}

fn main() {}
