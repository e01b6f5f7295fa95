// `buckets` takes a list.
use goldsignal::observed;

#[observed(buckets = 0..10)]
fn f(a: u32) -> Result<u32, std::fmt::Error> {
    Ok(a)
}

fn main() {}
