// Several routes, all methods, and prefixes: constants, one function under two, and with the crate renamed.
use goldsignal as gs;
use goldsignal::{observed, routes};

#[observed(get = "/x", post = "/x", get = "/y/{id}")]
async fn several() {}

#[observed(any = "/any")]
async fn every() {}

mod inner {
    #[goldsignal::observed(get = "/inner")]
    pub async fn within<T: Default + std::fmt::Display>() -> String {
        T::default().to_string()
    }
}

const API: &str = "/api";

fn main() {
    let _: axum::Router = routes![several, every];
    let _: axum::Router = routes![under = API; several, inner::within::<u32>];
    let _: axum::Router = routes![crate = gs; under = concat!("/v", "1"); every];
}
