// A function that is not observed has no route.
use goldsignal::{observed, routes};

#[observed]
fn other() {}

async fn plain() {}

fn main() {
    let _: axum::Router = routes![plain];
    other();
}
