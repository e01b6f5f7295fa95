// In autometrics, the option is `objective`.
use goldsignal::observed;

#[observed(objective = API)]
fn f() {}

fn main() {}
