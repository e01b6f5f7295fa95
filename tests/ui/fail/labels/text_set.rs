// A gauge is set to text.
// internal names: `Number` is the trait of what is a number, and `Duration` is a number of seconds.
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
