// `ok` takes parentheses.
use goldsignal::observed;

#[observed(ok = |value| size = value)]
fn f() -> Result<u32, std::fmt::Error> {
    Ok(1)
}

fn main() {}
