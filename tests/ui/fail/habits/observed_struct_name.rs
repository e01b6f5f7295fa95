// Autometrics'.
use goldsignal::observed;

#[observed(struct_name = "Db")]
fn work() {}

fn main() {}
