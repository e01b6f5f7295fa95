// A handler can have the name of a primitive type.
use goldsignal::{observed, routes};

#[observed(get = "/str")]
async fn str() -> &'static str {
    let text: &str = "a";
    text
}

#[observed(get = "/u8")]
async fn u8() -> String {
    let number: u8 = 1;
    number.to_string()
}

#[observed(get = "/bool", name = "is_open")]
async fn bool() -> Result<&'static str, axum::http::StatusCode> {
    let open: bool = true;
    if open { Ok("open") } else { Err(axum::http::StatusCode::NOT_FOUND) }
}

fn main() {
    let _: axum::Router = routes![str, u8, bool];
}
