// In Rocket and actix-web, the path follows the method.
use goldsignal::observed;

#[observed(GET, "/orders")]
fn f() {}

fn main() {}
