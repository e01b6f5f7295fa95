// The path that `crate` gives does not exist.
#[goldsignal::observed(crate = telemetry)]
fn work() {}

fn main() {
    work();
}
