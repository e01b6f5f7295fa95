// `ok` takes a closure.
use goldsignal::observed;

#[observed(ok(size))]
fn f() -> Result<u32, std::fmt::Error> {
    Ok(1)
}

fn main() {}
