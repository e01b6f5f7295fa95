// What a secret exposes is one.
use goldsignal::observed;

#[observed(fields(key = %api_key.expose_secret()))]
fn f(api_key: secrecy::SecretString) {}

fn main() {}
