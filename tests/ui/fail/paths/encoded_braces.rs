// A parameter in percent-encoded braces, as a browser shows it.

#[goldsignal::observed(get = "/users/%7Bid%7D")]
async fn user() {}

fn main() {}
