// The attribute of the function has no route.
use goldsignal::{observed, routes};

#[observed]
async fn plain() {}

fn main() {
    let _: axum::Router = routes![plain];
}
