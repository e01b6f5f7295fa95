// A function that is not an axum handler cannot be mounted.
use goldsignal::{observed, routes};

#[observed(get = "/")]
async fn root(_: std::rc::Rc<u8>) {}

fn main() {
    let _: axum::Router = routes![root];
}
