//! The type of a route has the handler's name, but it shadows nothing: modules, variables, functions elsewhere.
#![deny(warnings, clippy::pedantic)]
#![forbid(unsafe_code)]

use axum::Router;
use goldsignal::{observed, routes};

mod list {
    #[goldsignal::observed(get = "/list")]
    pub(crate) async fn all() {}
}

mod find {
    use goldsignal::observed;

    #[observed(get = "/find")]
    pub(crate) async fn all() {
        let all = 1_u8;
        let _ = all;
    }
}

use find::all;

#[observed(get = "/mount")]
async fn mount() {}

#[observed(get = "/finish")]
async fn finish() {}

#[observed(get = "/type")]
async fn r#type() {}

fn router() -> Router {
    #[observed(get = "/local")]
    async fn local() {}
    routes![local, mount, finish, all, list::all, r#type]
}

fn main() {
    let _ = router();
}
