// `Display` and `Debug` text under names that look like secrets.
// 2 errors: each field has one.
use goldsignal::observed;

#[observed(fields(jwt = %key, "x-api-key" = ?key))]
fn f(key: &str) {
    let _ = key;
}

fn main() {}
