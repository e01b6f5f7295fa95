// A handler and a module can share a name.
use goldsignal::{observed, routes};

#[observed(get = "/orders")]
async fn orders() -> &'static str {
    orders::TEXT
}

mod orders {
    use goldsignal::observed;

    pub const TEXT: &str = "orders";

    #[observed(get = "/orders/{id}")]
    pub async fn one(axum::extract::Path(id): axum::extract::Path<u32>) -> String {
        id.to_string()
    }
}

fn main() {
    let _: axum::Router = routes![orders, orders::one];
}
