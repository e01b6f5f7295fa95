// An empty segment matches nothing.
use goldsignal::observed;

#[observed(get = "/users//{id}")]
async fn handler() {}

fn main() {}
