// The type of the error does not exist.
use goldsignal::observed;

#[observed]
fn work() -> Result<u32, Missing> { Ok(1) }

fn main() {}
