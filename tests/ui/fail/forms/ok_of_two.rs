// `ok` has one argument, the value.
use goldsignal::observed;

#[observed(ok(|a, b| size = a))]
fn f() -> Result<u32, std::fmt::Error> {
    Ok(1)
}

fn main() {}
