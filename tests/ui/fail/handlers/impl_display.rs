// A handler returns `impl Display`, which is no response.
// internal names: the compiler names the trait that the future does not implement.
use std::fmt::Display;

use goldsignal::{observed, routes};

#[observed(get = "/users")]
async fn users() -> impl Display {
    "nobody"
}

fn app() -> axum::Router {
    routes![users]
}

fn main() {}
