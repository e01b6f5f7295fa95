// `ok` takes a closure.
use goldsignal::observed;

#[observed(ok = size)]
fn f(a: u32) -> Result<u32, std::fmt::Error> {
    Ok(a)
}

fn main() {}
