// `fields` takes parentheses.
use goldsignal::observed;

#[observed(fields = "a")]
fn f(a: u32) -> Result<u32, std::fmt::Error> {
    Ok(a)
}

fn main() {}
