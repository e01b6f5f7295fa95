// A syntax error in the body.
use goldsignal::observed;

#[observed]
fn work() -> u32 { let x = ; 1 }

fn main() {}
