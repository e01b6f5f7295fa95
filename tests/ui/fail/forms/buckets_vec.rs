// `buckets` takes a list, not a vector.
use goldsignal::observed;

#[observed(buckets = vec![0.1, 0.5])]
fn f(a: u32) -> Result<u32, std::fmt::Error> {
    Ok(a)
}

fn main() {}
