// Prometheus sets `job`.
#[derive(goldsignal::Labels)]
struct By {
    job: bool,
}

fn main() {}
