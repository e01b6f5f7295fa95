// Template.
use goldsignal::observed;

#[observed(get = "/users/${id}")]
async fn work() {}

fn main() {}
