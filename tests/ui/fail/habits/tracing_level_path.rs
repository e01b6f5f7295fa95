// A level is a word.
use goldsignal::observed;

#[observed(level = Level::INFO)]
fn f(a: u32) -> Result<u32, std::fmt::Error> {
    Ok(a)
}

fn main() {}
