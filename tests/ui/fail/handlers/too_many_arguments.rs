// axum has no handlers of so many arguments.
use axum::extract::Query as Q;
use goldsignal::{observed, routes};

#[observed(get = "/")]
#[rustfmt::skip]
async fn handler(
    a: Q<()>, b: Q<()>, c: Q<()>, d: Q<()>, e: Q<()>, f: Q<()>, g: Q<()>, h: Q<()>, i: Q<()>,
    j: Q<()>, k: Q<()>, l: Q<()>, m: Q<()>, n: Q<()>, o: Q<()>, p: Q<()>, q: Q<()>,
) {
}

fn main() {
    let _: axum::Router = routes![handler];
}
