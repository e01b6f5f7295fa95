// An operation has a name.
use goldsignal::observed;

#[observed(struct_name = "Shop")]
fn f(a: u32) -> Result<u32, std::fmt::Error> {
    Ok(a)
}

fn main() {}
