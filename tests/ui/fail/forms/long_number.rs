// `long` takes no value.
use goldsignal::observed;

#[observed(long = 5)]
fn f(a: u32) -> Result<u32, std::fmt::Error> {
    Ok(a)
}

fn main() {}
