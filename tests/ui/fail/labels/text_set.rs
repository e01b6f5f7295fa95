// A gauge is set to text.
use goldsignal::{Gauge, Metrics};

/// Metrics of the shop.
#[derive(Metrics)]
struct Shop {
    /// Jobs that wait.
    queue_jobs: Gauge,
}

fn work() {
    Shop::get().queue_jobs.set("3");
}

fn main() {}
