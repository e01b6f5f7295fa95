// A counter in a static, in an `Arc`, and handed on by reference.
use std::sync::{Arc, LazyLock};

use goldsignal::{Counter, Gauge, Metrics};

#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: Counter,
    /// Stock.
    stock: Gauge,
}

static SHOP: LazyLock<&'static Shop> = LazyLock::new(Shop::get);

fn count(counter: &Counter) {
    counter.inc();
}

struct Worker {
    metrics: &'static Shop,
}

fn main() {
    count(&SHOP.orders_total);
    let worker = Arc::new(Worker { metrics: Shop::get() });
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let worker = Arc::clone(&worker);
            std::thread::spawn(move || worker.metrics.orders_total.inc())
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    SHOP.stock.set(2);
    assert_eq!(Shop::get().orders_total.get(), 5);
}
