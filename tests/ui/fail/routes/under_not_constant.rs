// A prefix that is known when the program runs: rules and dashboards could not name it.
use goldsignal::{observed, routes};

#[observed(get = "/tasks")]
async fn tasks() {}

fn main() {
    let prefix = std::env::var("PREFIX").unwrap();
    let _: axum::Router = routes![under = &prefix; tasks];
}
