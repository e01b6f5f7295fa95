// `err` takes a closure.
use goldsignal::observed;

#[observed(err = "failed")]
fn f(a: u32) -> Result<u32, std::fmt::Error> {
    Ok(a)
}

fn main() {}
