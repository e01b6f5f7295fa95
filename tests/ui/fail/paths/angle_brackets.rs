// The syntax of Rocket.
use goldsignal::observed;

#[observed(get = "/users/<id>")]
async fn handler() {}

fn main() {}
