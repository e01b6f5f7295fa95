// An observed function that states no route.
use goldsignal::{observed, routes};

#[observed]
async fn plain() {}

fn main() {
    let _: axum::Router = routes![plain];
}
