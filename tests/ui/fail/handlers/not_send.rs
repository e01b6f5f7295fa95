// The future of a handler moves between threads.
use goldsignal::{observed, routes};

#[observed(get = "/orders")]
async fn handler() {
    let count = std::rc::Rc::new(1);
    std::future::ready(()).await;
    drop(count);
}

fn main() {
    let _: axum::Router = routes![handler];
}
