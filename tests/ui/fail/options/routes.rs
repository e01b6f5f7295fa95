// An unknown option, and one that is given twice.
// 2 errors: each option has one.
use goldsignal::{observed, routes};

#[observed(get = "/tasks")]
async fn tasks() {}

fn main() {
    let _: axum::Router = routes![udner = "/api"; tasks];
    let _: axum::Router = routes![under = "/api"; under = "/v1"; tasks];
}
