// The syntax of Rocket.
use goldsignal::observed;

#[observed(get = "/files/<path..>")]
async fn f() {}

fn main() {}
