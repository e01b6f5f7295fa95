// A handler and a type of the same name live in separate modules.
use goldsignal::{observed, routes};

mod model {
    #[allow(non_camel_case_types)]
    pub struct order;
}

#[observed(get = "/order")]
async fn order() {
    let model::order = model::order;
}

fn main() {
    let _: axum::Router = routes![order];
}
