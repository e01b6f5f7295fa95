// A closure has no route.
use goldsignal::routes;

fn main() {
    let _: axum::Router = routes![async || "x"];
}
