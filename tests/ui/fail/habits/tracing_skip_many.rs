// Only named arguments are captured.
use goldsignal::observed;

#[observed(skip(a, b))]
fn f(a: u32) -> Result<u32, std::fmt::Error> {
    Ok(a)
}

fn main() {}
