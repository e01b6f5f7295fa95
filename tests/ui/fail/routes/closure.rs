// A closure has no attribute, and so no route.
use goldsignal::routes;

fn main() {
    let _: axum::Router = routes![async || "x"];
}
