// The query is not part of a path.
use goldsignal::observed;

#[observed(get = "/orders?page={page}")]
async fn handler() {}

fn main() {}
