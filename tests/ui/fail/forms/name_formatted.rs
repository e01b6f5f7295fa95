// `name` is text, not a macro call.
use goldsignal::observed;

#[observed(name = concat!("a", "b"))]
fn f(a: u32) -> Result<u32, std::fmt::Error> {
    Ok(a)
}

fn main() {}
