// An error is logged anyway.
use goldsignal::observed;

#[observed(err(Display))]
fn f(a: u32) -> Result<u32, std::fmt::Error> {
    Ok(a)
}

fn main() {}
