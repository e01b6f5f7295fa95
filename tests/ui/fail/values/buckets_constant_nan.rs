// NaN in a constant.
use goldsignal::observed;

const BOUNDS: [f64; 2] = [0.1, f64::NAN];

#[observed(buckets = BOUNDS)]
fn f(a: u32) -> Result<u32, std::fmt::Error> {
    Ok(a)
}

fn main() {}
