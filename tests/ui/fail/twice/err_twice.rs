// `err` is given twice.
use goldsignal::observed;

#[observed(err(|e| a = %e), err(|e| b = %e))]
fn work() -> Result<(), String> { Ok(()) }

fn main() {}
