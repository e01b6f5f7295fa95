// A wrong attribute does not hide the route.
use goldsignal::{observed, routes};

#[observed(get = "/orders", levl = debug)]
async fn list() {}

fn main() {
    let _: axum::Router = routes![list];
}
