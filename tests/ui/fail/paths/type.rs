// The type is that of the extractor.
use goldsignal::observed;

#[observed(get = "/users/{id: u32}")]
async fn handler() {}

fn main() {}
