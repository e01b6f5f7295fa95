//! Combined with `#[observed]` and other attributes, in any order, on handlers and methods.
#![deny(warnings, clippy::pedantic)]
#![forbid(unsafe_code)]

use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use goldsignal::{Counter, Metrics, business_counter, observed, routes};

#[derive(Metrics)]
struct Tasks {
    /// Created.
    created_total: Counter,
    /// Failed.
    failed_total: Counter,
    /// Tried.
    tried_total: Counter,
}

#[observed(post = "/over", fields(title), ok(|(_, Json(n))| n = *n), err(|status| status = *status))]
#[business_counter(Tasks::created_total)]
#[business_counter(Tasks::failed_total, on = err)]
async fn over(title: String) -> Result<(StatusCode, Json<usize>), StatusCode> {
    if title.is_empty() {
        return Err(StatusCode::BAD_REQUEST);
    }
    Ok((StatusCode::CREATED, Json(title.len())))
}

#[business_counter(Tasks::tried_total, on = always)]
#[observed(post = "/between", fields(title))]
#[business_counter(Tasks::created_total, if = title.len() > 1)]
async fn between(title: String) -> impl IntoResponse {
    title.to_uppercase()
}

#[axum::debug_handler]
#[business_counter(Tasks::failed_total, on = err)]
#[business_counter(Tasks::created_total, by = title.len())]
#[observed(post = "/under")]
async fn under(title: String) -> StatusCode {
    drop(title);
    StatusCode::OK
}

struct Service;

#[observed]
impl Service {
    #[business_counter(Tasks::created_total)]
    fn sync(&self, n: u32) -> Option<u32> {
        let Self = self;
        n.checked_sub(1)
    }

    #[business_counter(Tasks::created_total)]
    #[observed(name = "service.asynchronous", fields(n))]
    #[business_counter(Tasks::failed_total, on = err)]
    async fn asynchronous(&self, n: u32) -> Result<u32, std::fmt::Error> {
        self.sync(n).ok_or(std::fmt::Error)
    }
}

fn main() {
    let _: axum::Router = routes![over, between, under];
    futures::executor::block_on(async {
        assert_eq!(over("abc".into()).await.unwrap().0, 201);
        assert!(over(String::new()).await.is_err());
        assert_eq!(between("a".into()).await.into_response().status(), 200);
        assert_eq!(under("ab".into()).await, 200);
        assert_eq!(Service.asynchronous(1).await, Ok(0));
        assert!(Service.asynchronous(0).await.is_err());
    });
    let tasks = Tasks::get();
    // `None` is also a success.
    assert_eq!(tasks.created_total.get(), 1 + 2 + 3);
    assert_eq!((tasks.failed_total.get(), tasks.tried_total.get()), (2, 1));
}
