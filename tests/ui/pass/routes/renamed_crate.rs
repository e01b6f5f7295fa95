//! The runtime crate has another name, and its own name is defined as something else.
#![allow(dead_code, non_camel_case_types)]
#![forbid(unsafe_code)]

extern crate goldsignal as gs;

mod goldsignal {}
mod axum {}
mod std {}
struct Mounting;
struct Router;

mod reexported {
    pub(crate) use gs as signals;
}

#[gs::observed(crate = gs, get = "/a")]
async fn a() -> &'static str {
    "a"
}

#[gs::observed(get = "/b", crate = crate::reexported::signals)]
async fn b() -> ::axum::http::StatusCode {
    ::axum::http::StatusCode::OK
}

#[gs::observed(crate = reexported::signals, get = "/c")]
async fn c() {}

fn main() {
    let router: ::axum::Router = gs::routes![crate = gs; a, b];
    let other: ::axum::Router = gs::routes![crate = crate::reexported::signals; crate::c];
    let _ = router.merge(other);
}
