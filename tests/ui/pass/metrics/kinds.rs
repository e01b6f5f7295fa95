// Every kind of metric, with and without labels, by every method.
use goldsignal::{Counter, Gauge, Histogram, Label, Labels, Metrics};

#[derive(Clone, Copy, Label)]
enum Plan {
    Free,
    Pro,
}

#[derive(Clone, Copy, Labels)]
struct ByPlan {
    plan: Plan,
}

#[derive(Metrics)]
#[metrics(prefix = "shop_")]
struct Shop {
    /// Orders.
    orders_total: Counter,
    /// Orders by plan.
    plan_orders_total: Counter<ByPlan>,
    /// Stock.
    stock: Gauge,
    /// Stock by plan.
    plan_stock: Gauge<ByPlan>,
    /// Waiting.
    wait_seconds: Histogram,
    /// Waiting by plan.
    plan_wait_seconds: Histogram<ByPlan>,
    /// Sizes.
    order_bytes: Histogram,
}

fn main() {
    let shop = Shop::get();
    let pro = ByPlan { plan: Plan::Pro };
    shop.orders_total.inc();
    shop.orders_total.inc_by(2);
    shop.plan_orders_total.inc(pro);
    shop.plan_orders_total.inc_by(pro, 2);
    shop.stock.set(5);
    shop.stock.add(0.5);
    shop.stock.inc();
    shop.stock.dec();
    shop.plan_stock.set(pro, 7);
    shop.plan_stock.add(pro, -2);
    shop.wait_seconds.observe(0.5);
    shop.plan_wait_seconds.observe(pro, 1);
    shop.order_bytes.observe(1024_u32);
    assert_eq!(shop.orders_total.get(), 3);
    assert_eq!(shop.plan_orders_total.get(pro), 3);
    assert_eq!(shop.plan_orders_total.get(ByPlan { plan: Plan::Free }), 0);
    assert!((shop.stock.get() - 5.5).abs() < 1e-9);
    assert!((shop.plan_stock.get(pro) - 5.0).abs() < 1e-9);
}
