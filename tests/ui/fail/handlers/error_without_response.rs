// The error is no response.
use goldsignal::{observed, routes};

#[observed(get = "/orders")]
async fn handler() -> Result<String, std::io::Error> {
    Ok(String::new())
}

fn main() {
    let _: axum::Router = routes![handler];
}
