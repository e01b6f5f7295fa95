// `get` takes one path.
use goldsignal::observed;

#[observed(get = ["/a", "/b"])]
fn f(a: u32) -> Result<u32, std::fmt::Error> {
    Ok(a)
}

fn main() {}
