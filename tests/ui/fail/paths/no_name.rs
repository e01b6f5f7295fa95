// A parameter has a name.
use goldsignal::observed;

#[observed(get = "/users/{}")]
async fn handler() {}

fn main() {}
