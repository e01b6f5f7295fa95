// Calls in flight are counted anyway.
use goldsignal::observed;

#[observed(track_concurrency)]
fn f(a: u32) -> Result<u32, std::fmt::Error> {
    Ok(a)
}

fn main() {}
