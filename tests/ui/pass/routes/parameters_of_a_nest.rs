//! A router nested under a path with parameters: its handlers take more values than their routes state, by names that end
//! with those of the route, or as a struct.
#![deny(warnings, clippy::pedantic)]
#![forbid(unsafe_code)]

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request};
use goldsignal::{observed, routes};
use tower::ServiceExt;

#[observed(get = "/orders/{order}")]
async fn one(Path((shop, order)): Path<(u32, u32)>) -> String {
    format!("{shop} {order}")
}

#[derive(serde::Deserialize)]
struct Shop {
    shop: u32,
}

#[observed(get = "/orders")]
async fn all(Path(Shop { shop }): Path<Shop>) -> String {
    shop.to_string()
}

#[tokio::main]
async fn main() {
    let router: Router = Router::new().nest("/shops/{shop}", routes![one, all]);
    for (path, status) in [("/shops/1/orders/2", 200), ("/shops/1/orders", 200), ("/shops/x/orders", 400)] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        assert_eq!(router.clone().oneshot(request).await.unwrap().status(), status, "{path}");
    }
}
