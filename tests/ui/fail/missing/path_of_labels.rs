// The path that `crate` gives does not exist.
#[derive(goldsignal::Labels)]
#[labels(crate = telemetry)]
struct By {
    is_paid: bool,
}

fn main() {}
