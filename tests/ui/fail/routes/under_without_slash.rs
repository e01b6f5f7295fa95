// Invalid prefixes, as literals and as a constant.
use goldsignal::{observed, routes};

#[observed(get = "/tasks")]
async fn tasks() {}

const API: &str = "/api/";

fn main() {
    let _: axum::Router = routes![under = "api"; tasks];
    let _: axum::Router = routes![under = "/api/"; tasks];
    let _: axum::Router = routes![under = "/{*rest}"; tasks];
    let _: axum::Router = routes![under = API; tasks];
}
