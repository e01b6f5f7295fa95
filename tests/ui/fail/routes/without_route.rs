// The attribute of the function has no route.
// internal names: the compiler names the trait that is not implemented.
use goldsignal::{observed, routes};

#[observed]
async fn plain() {}

fn main() {
    let _: axum::Router = routes![plain];
}
