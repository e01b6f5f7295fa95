// What is returned is captured by `ok`.
use goldsignal::observed;

#[observed(ret(level = "debug"))]
fn f(a: u32) -> Result<u32, std::fmt::Error> {
    Ok(a)
}

fn main() {}
