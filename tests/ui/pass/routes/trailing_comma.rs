// Lists can end in a comma, as elsewhere in Rust.
use goldsignal::{observed, routes};

#[observed(get = "/a", fields())]
async fn a() {}

#[observed(get = "/b", name = "b")]
async fn b() {}

fn main() {
    let _: axum::Router = routes![a, b,];
    let _: axum::Router = routes![under = "/api"; a, b,];
}
