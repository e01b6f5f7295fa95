// `level` takes one word.
use goldsignal::observed;

#[observed(level = [debug])]
fn f(a: u32) -> Result<u32, std::fmt::Error> {
    Ok(a)
}

fn main() {}
