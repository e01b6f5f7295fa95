// A function that is not an axum handler cannot be mounted.
// internal names: axum marks an extractor of parts so.
use goldsignal::{observed, routes};

#[observed(get = "/")]
async fn root(_: std::rc::Rc<u8>) {}

fn main() {
    let _: axum::Router = routes![root];
}
