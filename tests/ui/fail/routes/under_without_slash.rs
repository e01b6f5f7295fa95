// Invalid prefixes, as literals and as a constant.
// 4 errors: each prefix has one.
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
