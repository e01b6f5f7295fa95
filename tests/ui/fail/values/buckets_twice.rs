// A bound is given twice.
use goldsignal::observed;

#[observed(buckets = [0.1, 0.1])]
fn f(a: u32) -> Result<u32, std::fmt::Error> {
    Ok(a)
}

fn main() {}
