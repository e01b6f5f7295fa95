// Attributes are fields.
use goldsignal::observed;

#[observed(attributes(a = 1))]
fn f(a: u32) -> Result<u32, std::fmt::Error> {
    Ok(a)
}

fn main() {}
