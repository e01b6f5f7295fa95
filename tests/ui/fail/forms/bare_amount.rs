// Bare amount.
use goldsignal::{Counter, Gauge, Histogram, Label, Labels, Metrics, business_counter};
/// Metrics of the shop.
#[derive(Metrics)]
struct Shop {
    /// Orders placed.
    orders_placed_total: Counter,
    /// Orders by plan.
    orders_by_plan_total: Counter<ByPlan>,
    /// Jobs that wait.
    queue_jobs: Gauge,
    /// How long a job waited.
    wait_seconds: Histogram,
}
#[derive(Labels)]
struct ByPlan { plan: Plan }
#[derive(Clone, Copy, Debug, Label)]
enum Plan { Free, Pro }

#[business_counter(Shop::orders_placed_total, 3)]
fn work() {}

fn main() {}
