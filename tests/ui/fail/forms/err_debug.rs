// `err` takes a closure; errors are logged anyway.
use goldsignal::observed;

#[observed(err(Debug))]
fn f() -> Result<u32, std::fmt::Error> {
    Ok(1)
}

fn main() {}
