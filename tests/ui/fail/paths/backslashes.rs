// Backslashes in place of slashes.
use goldsignal::observed;

#[observed(get = "\\users\\{id}")]
async fn work() -> &'static str { "" }

fn main() {}
