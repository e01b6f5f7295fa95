// A space before the path's slash.
use goldsignal::observed;

#[observed(get = " /users")]
async fn work() -> &'static str { "" }

fn main() {}
