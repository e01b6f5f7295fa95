// A language model's whole invention.
use goldsignal::observed;

#[observed(name = "x", latency_buckets = [0.1], log_level = "info")]
async fn x() {}

fn main() {}
