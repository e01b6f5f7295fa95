// Prometheus uses `le` for buckets.
#[derive(goldsignal::Labels)]
struct By {
    le: bool,
}

fn main() {}
