// The path that `crate` gives does not exist.
#[goldsignal::observed(crate = crate::telemetry, get = "/")]
async fn work() {}

fn main() {
    let _ = work();
}
