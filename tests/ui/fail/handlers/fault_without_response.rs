// The fault is classified, but is no response.
use goldsignal::{observed, routes};

#[derive(Debug, goldsignal::Fault)]
#[fault(status = 404)]
struct Refused;

#[observed(get = "/orders")]
async fn handler() -> Result<String, Refused> {
    Err(Refused)
}

fn main() {
    let _: axum::Router = routes![handler];
}
