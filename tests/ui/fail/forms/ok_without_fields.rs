// A closure that captures nothing is no use.
use goldsignal::observed;

#[observed(ok(|value|))]
fn f() -> Result<u32, std::fmt::Error> {
    Ok(1)
}

fn main() {}
