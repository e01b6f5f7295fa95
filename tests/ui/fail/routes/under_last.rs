// The option after the handlers.
use goldsignal::{observed, routes};

#[observed(get = "/users")]
async fn work() {}

fn app() -> axum::Router {
    routes![work, under = "/api"]
}

fn main() {}
