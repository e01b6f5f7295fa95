// The name of a handler can be a keyword.
use goldsignal::{observed, routes};

#[observed(get = "/type")]
async fn r#type() {}

#[observed(get = "/match/{type}", fields(r#type))]
async fn r#match(axum::extract::Path(r#type): axum::extract::Path<String>) -> String {
    r#type
}

fn main() {
    let _: axum::Router = routes![r#type, r#match];
}
