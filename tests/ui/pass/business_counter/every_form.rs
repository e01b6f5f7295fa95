//! Counters with and without labels, for every value of `on`, with amounts and conditions, on every kind of function.
#![deny(warnings, clippy::pedantic)]
#![forbid(unsafe_code)]

use futures::future::BoxFuture;
use goldsignal::{Counter, Label, Labels, Metrics, business_counter};

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

#[derive(Metrics)]
struct Work {
    /// Done.
    done_total: Counter,
    /// Failed.
    failed_total: Counter,
    /// All.
    all_total: Counter,
    /// By plan.
    plans_total: Counter<By<'static>>,
    /// Written.
    written_bytes_total: Counter,
}

struct Order {
    plan: Plan,
    tenant: String,
    items: Vec<u64>,
}

#[business_counter(Work::done_total)]
fn plain() {}

#[business_counter(Work::plans_total, By { plan: order.plan, tenant: &order.tenant }, by = order.items.len(), if = !order.items.is_empty())]
fn moved(order: Order) -> Result<u64, std::fmt::Error> {
    let Order { items, .. } = order;
    if items.contains(&0) {
        return Err(std::fmt::Error);
    }
    Ok(items.into_iter().sum())
}

#[business_counter(Work::failed_total, on = err)]
#[business_counter(Work::all_total, on = always, crate = goldsignal)]
#[business_counter(crate::Work::done_total, on = ok, by = 2_u8)]
async fn stacked(start: u32) -> Result<u32, std::fmt::Error> {
    let value = start.checked_sub(1).ok_or(std::fmt::Error)?;
    std::future::ready(()).await;
    Ok(value)
}

#[business_counter(Work::written_bytes_total, by = bytes.len(),)]
fn opaque(bytes: Vec<u8>) -> impl Future<Output = Result<usize, std::fmt::Error>> + Send {
    async move {
        let written = bytes.len();
        if written == 0 {
            return Err(std::fmt::Error);
        }
        Ok(written)
    }
}

#[business_counter(Work::done_total)]
fn boxed<'a>(text: &'a str) -> BoxFuture<'a, Option<&'a str>> {
    if text.is_empty() {
        return Box::pin(std::future::ready(None));
    }
    Box::pin(async move { Some(text) })
}

#[business_counter(Work::done_total, if = value == result)]
fn named<T: PartialOrd + From<u8>>(mut value: T, result: T) -> T
where
    T: Copy,
{
    if value < result {
        value = result;
    }
    value
}

#[business_counter(Work::done_total)]
fn borrowed<'a>(left: &'a str, _: &str) -> &'a str {
    left
}

struct Service {
    plan: Plan,
    tenant: String,
}

impl Service {
    #[business_counter(Work::plans_total, By { plan: self.plan, tenant: &self.tenant })]
    async fn run(&mut self) -> Result<&mut Self, std::fmt::Error> {
        self.tenant.push('x');
        Ok(self)
    }
}

#[async_trait::async_trait]
trait Run {
    async fn run(&self) -> Option<u8>;
}

#[async_trait::async_trait]
impl Run for u8 {
    #[business_counter(Work::done_total)]
    async fn run(&self) -> Option<u8> {
        self.checked_sub(1)
    }
}

fn main() {
    let work = Work::get();
    plain();
    let order = |items| Order { plan: Plan::Pro, tenant: "a".into(), items };
    assert_eq!(moved(order(vec![1, 2])), Ok(3));
    assert!(moved(order(vec![0])).is_err() && moved(order(vec![])).is_ok());
    assert_eq!(work.plans_total.get(By { plan: Plan::Pro, tenant: "a" }), 2);
    futures::executor::block_on(async {
        assert!(stacked(0).await.is_err());
        assert_eq!(stacked(1).await, Ok(0));
        assert_eq!(opaque(vec![1, 2, 3]).await, Ok(3));
        assert!(opaque(vec![]).await.is_err());
        assert_eq!(boxed("a").await, Some("a"));
        assert_eq!(boxed("").await, None);
        let mut service = Service { plan: Plan::Free, tenant: "t".into() };
        assert_eq!(service.run().await.unwrap().tenant, "tx");
        assert_eq!(Run::run(&1).await, Some(0));
    });
    assert_eq!(borrowed("a", ""), "a");
    assert_eq!(named(1_u32, 3), 3);
    assert_eq!((work.failed_total.get(), work.all_total.get()), (1, 2));
    assert_eq!(work.written_bytes_total.get(), 3);
    assert_eq!(work.plans_total.get(By { plan: Plan::Free, tenant: "t" }), 1);
}
