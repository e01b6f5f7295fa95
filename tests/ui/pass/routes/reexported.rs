// A handler is mounted by the path under which it is visible.
use goldsignal::{observed, routes};

mod shop {
    mod inner {
        #[goldsignal::observed(get = "/inner")]
        pub async fn list() {}
    }

    pub use inner::list;
    pub use inner::list as renamed;
}

use shop::renamed;

#[observed(get = "/own")]
async fn own() {}

fn main() {
    let _: axum::Router = routes![shop::list, self::own];
    let _: axum::Router = routes![renamed];
}
