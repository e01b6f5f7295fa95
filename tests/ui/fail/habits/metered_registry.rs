// There is one registry.
use goldsignal::observed;

#[observed(registry = REGISTRY)]
fn f(a: u32) -> Result<u32, std::fmt::Error> {
    Ok(a)
}

fn main() {}
