// A pattern with a type.
use goldsignal::observed;

#[observed(ok(|v: &u32| n = *v))]
fn work() -> Result<u32, String> { Ok(1) }

fn main() {}
