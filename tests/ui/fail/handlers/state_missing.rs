// The router lacks its state.
use goldsignal::{observed, routes};

use axum::extract::State;

#[observed(get = "/orders")]
async fn handler(state: State<u8>) {
    _ = state;
}

fn main() {
    let _: axum::Router = routes![handler];
}
