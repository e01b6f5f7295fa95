// A prefix must be a constant: rules and dashboards contain the whole path.
use goldsignal::{observed, routes};

#[observed(get = "/tasks")]
async fn tasks() {}

fn main() {
    let prefix = std::env::var("PREFIX").unwrap();
    let _: axum::Router = routes![under = &prefix; tasks];
}
