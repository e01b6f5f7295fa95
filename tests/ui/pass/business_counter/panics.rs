// A panic counts as an error, and a cancelled call only for `always`.
use goldsignal::{Counter, Metrics, business_counter};

#[derive(Metrics)]
struct Shop {
    /// Failed.
    failed_total: Counter,
    /// All.
    all_total: Counter,
    /// Succeeded.
    succeeded_total: Counter,
}

#[business_counter(Shop::failed_total, on = err)]
#[business_counter(Shop::all_total, on = always)]
#[business_counter(Shop::succeeded_total)]
fn panics(when: bool) {
    assert!(!when, "expected");
}

#[business_counter(Shop::failed_total, on = err)]
#[business_counter(Shop::all_total, on = always)]
async fn waits() {
    std::future::pending().await
}

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    assert!(std::panic::catch_unwind(|| panics(true)).is_err());
    panics(false);
    let mut future = Box::pin(waits());
    assert!(futures::FutureExt::now_or_never(&mut future).is_none());
    drop(future);
    let shop = Shop::get();
    assert_eq!(
        (shop.failed_total.get(), shop.all_total.get(), shop.succeeded_total.get()),
        (1, 3, 1)
    );
}
