// Observed middleware.
use goldsignal::observed;

#[observed(get = "/x", layer = foo())]
async fn x() {}

fn main() {}
