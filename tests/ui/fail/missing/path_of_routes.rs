// The path that `crate` gives does not exist.
use axum::Router;
use goldsignal::{observed, routes};

#[observed(get = "/")]
async fn root() {}

fn main() {
    let _: Router = routes![crate = telemetry; root];
}
