//! `#[business_counter]` adds the stated amount at the stated ends, and at no other.

use std::panic::{AssertUnwindSafe, catch_unwind};

use axum::body::Body;
use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use futures::FutureExt;
use goldsignal::axum::BoundaryLayer;
use goldsignal::{Counter, Label, Labels, Metrics, Registry, business_counter, observed, routes};
use http_body_util::BodyExt;
use tower::ServiceExt;

#[derive(Debug, PartialEq)]
struct Refused;

#[derive(Clone, Copy, Label)]
enum Plan {
    Free,
    Pro,
}

#[derive(Labels)]
struct By<'a> {
    plan: Plan,
    #[label(budget = 10)]
    tenant: &'a str,
}

/// Declares the counters of one test, so that tests beside it do not count in them.
macro_rules! counters {
    ($name:ident, $prefix:literal) => {
        #[derive(Metrics)]
        #[metrics(prefix = $prefix)]
        struct $name {
            /// Good ends.
            ok_total: Counter,
            /// Bad ends.
            err_total: Counter,
            /// All ends.
            all_total: Counter,
        }

        impl $name {
            /// The good, the bad and all.
            fn counted() -> [u64; 3] {
                let Self { ok_total, err_total, all_total } = Self::get();
                [ok_total.get(), err_total.get(), all_total.get()]
            }
        }
    };
}

#[test]
fn a_sync_function() {
    counters!(M, "sync_");

    #[business_counter(M::ok_total)]
    #[business_counter(M::err_total, on = err)]
    #[business_counter(M::all_total, on = always)]
    fn halve(n: u32) -> Result<u32, Refused> {
        if n == 7 {
            return Err(Refused);
        }
        let half = n.is_multiple_of(2).then_some(n / 2).ok_or(Refused)?;
        assert!(half != 4, "four");
        Ok(half)
    }

    assert_eq!(halve(2), Ok(1));
    assert_eq!(M::counted(), [1, 0, 1]);
    assert_eq!(halve(7), Err(Refused));
    assert_eq!(M::counted(), [1, 1, 2], "an early return");
    assert_eq!(halve(3), Err(Refused));
    assert_eq!(M::counted(), [1, 2, 3], "a question mark");
    assert!(catch_unwind(|| halve(8)).is_err());
    assert_eq!(M::counted(), [1, 3, 4], "a panic");
}

#[tokio::test]
async fn an_async_function() {
    counters!(M, "async_");

    #[business_counter(M::ok_total)]
    #[business_counter(M::err_total, on = err)]
    #[business_counter(M::all_total, on = always)]
    async fn halve(n: u32) -> Option<u32> {
        tokio::task::yield_now().await;
        assert!(n != 8, "eight");
        let half = n.checked_sub(1)?;
        Some(half / 2)
    }

    assert_eq!(halve(3).await, Some(1));
    assert_eq!(M::counted(), [1, 0, 1]);
    assert_eq!(halve(0).await, None);
    let after_none = M::counted();
    assert_eq!(after_none[2], 2);
    assert!(AssertUnwindSafe(halve(8)).catch_unwind().await.is_err());
    assert_eq!(M::counted()[1], after_none[1] + 1, "a panic");
    assert_eq!(M::counted()[2], 3);
}

#[tokio::test]
async fn a_future_that_is_dropped() {
    counters!(M, "dropped_");

    #[business_counter(M::ok_total)]
    #[business_counter(M::err_total, on = err)]
    #[business_counter(M::all_total, on = always)]
    async fn wait() -> Result<(), Refused> {
        std::future::pending().await
    }

    let mut polled = Box::pin(wait());
    assert!(futures::poll!(&mut polled).is_pending());
    assert_eq!(M::counted(), [0, 0, 0]);
    drop(polled);
    assert_eq!(M::counted(), [0, 0, 1], "cut short is neither good nor bad");
    drop(wait());
    assert_eq!(M::counted(), [0, 0, 1], "never begun");
}

#[tokio::test]
async fn functions_that_return_futures() {
    counters!(M, "futures_");

    #[business_counter(M::ok_total)]
    #[business_counter(M::err_total, on = err)]
    fn opaque(n: u32) -> impl Future<Output = Result<u32, Refused>> {
        async move { n.checked_sub(1).ok_or(Refused) }
    }

    #[business_counter(M::ok_total)]
    #[business_counter(M::err_total, on = err)]
    fn boxed(n: u32) -> futures::future::BoxFuture<'static, Result<u32, Refused>> {
        Box::pin(async move { n.checked_sub(1).ok_or(Refused) })
    }

    assert_eq!((opaque(1).await, opaque(0).await), (Ok(0), Err(Refused)));
    assert_eq!((boxed(1).await, boxed(0).await), (Ok(0), Err(Refused)));
    assert_eq!(M::counted(), [2, 2, 0]);
}

#[test]
fn amounts_and_conditions() {
    counters!(M, "amounts_");

    #[business_counter(M::ok_total, by = items.len())]
    #[business_counter(M::err_total, on = err, by = 10_u64)]
    #[business_counter(M::all_total, on = always, by = items.len(), if = items.len() > 1)]
    fn take(items: Vec<u8>) -> Result<usize, Refused> {
        if items.contains(&0) {
            return Err(Refused);
        }
        Ok(items.into_iter().map(usize::from).sum())
    }

    assert_eq!(take(vec![]), Ok(0));
    assert_eq!(M::counted(), [0, 0, 0]);
    assert_eq!(take(vec![5]), Ok(5));
    assert_eq!(M::counted(), [1, 0, 0]);
    assert_eq!(take(vec![1, 2, 3]), Ok(6));
    assert_eq!(M::counted(), [4, 0, 3]);
    assert_eq!(take(vec![1, 0]), Err(Refused));
    assert_eq!(M::counted(), [4, 10, 5]);
}

#[tokio::test]
async fn labels_are_taken_at_entry() {
    #[derive(Metrics)]
    #[metrics(prefix = "labels_")]
    struct M {
        /// By plan and tenant.
        orders_total: Counter<By<'static>>,
    }

    struct Order {
        plan: Plan,
        tenant: String,
    }

    #[business_counter(M::orders_total, By { plan: order.plan, tenant: &order.tenant })]
    async fn create(
        order: Order,
        later: tokio::sync::oneshot::Receiver<()>,
    ) -> Result<String, Refused> {
        let Order { mut tenant, .. } = order;
        tenant.push_str("-changed");
        later.await.map_err(|_| Refused)?;
        Ok(tenant)
    }

    let count = |plan, tenant| M::get().orders_total.get(By { plan, tenant });
    let (send, receive) = tokio::sync::oneshot::channel();
    let created = create(Order { plan: Plan::Pro, tenant: "a".into() }, receive);
    send.send(()).unwrap();
    assert_eq!(created.await.unwrap(), "a-changed");
    assert_eq!((count(Plan::Pro, "a"), count(Plan::Free, "a")), (1, 0));
    assert_eq!(count(Plan::Pro, "a-changed"), 0);

    let (_, receive) = tokio::sync::oneshot::channel();
    assert!(create(Order { plan: Plan::Free, tenant: "b".into() }, receive).await.is_err());
    assert_eq!(count(Plan::Free, "b"), 0);
}

counters!(Handlers, "handlers_");

#[business_counter(Handlers::ok_total)]
#[business_counter(Handlers::err_total, on = err)]
#[observed(get = "/over/{status}")]
#[business_counter(Handlers::all_total, on = always)]
async fn over(Path(status): Path<u16>) -> impl IntoResponse {
    StatusCode::from_u16(status).map_err(|_| StatusCode::IM_A_TEAPOT)
}

#[observed(get = "/under/{status}")]
#[business_counter(Handlers::all_total, on = always)]
#[business_counter(Handlers::err_total, on = err)]
#[business_counter(Handlers::ok_total)]
async fn under(Path(status): Path<u16>) -> impl IntoResponse {
    StatusCode::from_u16(status).map_err(|_| StatusCode::IM_A_TEAPOT)
}

/// An error that is no `Fault`: a redirect is none at all.
struct Opaque(u16);

impl IntoResponse for Opaque {
    fn into_response(self) -> axum::response::Response {
        StatusCode::from_u16(self.0).unwrap().into_response()
    }
}

#[observed(get = "/opaque/{status}")]
#[business_counter(Handlers::all_total, on = always)]
#[business_counter(Handlers::err_total, on = err)]
#[business_counter(Handlers::ok_total)]
async fn opaque(Path(status): Path<u16>) -> Result<String, Opaque> {
    if status == 200 { Ok("fine".into()) } else { Err(Opaque(status)) }
}

#[tokio::test]
async fn a_response_is_read_when_it_is_made() {
    let layer = BoundaryLayer::new(&Registry::current());
    let router = routes![over, under, opaque].layer(layer);
    let mut expected = Handlers::counted();
    for (path, end) in [
        ("/over/200", 0),
        ("/over/404", 1),
        ("/over/503", 1),
        ("/over/5", 1),
        ("/under/204", 0),
        ("/under/409", 1),
        ("/under/500", 1),
        ("/opaque/200", 0),
        ("/opaque/303", 0),
        ("/opaque/404", 1),
        ("/opaque/500", 1),
    ] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        let _ = response.into_body().collect().await.unwrap();
        expected[end] += 1;
        expected[2] += 1;
        assert_eq!(Handlers::counted(), expected, "{path}");
    }
    // The extractor rejects: the handler never began.
    let request = Request::get("/over/x").body(Body::empty()).unwrap();
    assert_eq!(router.oneshot(request).await.unwrap().status(), 400);
    assert_eq!(Handlers::counted(), expected);
}
