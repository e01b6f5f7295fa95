// In autometrics, a predicate decides what is a success.
use goldsignal::observed;

#[observed(ok_if = is_fine)]
fn f() {}

fn main() {}
