// A parameter is a whole segment.
use goldsignal::observed;

#[observed(get = "/range/{from}{to}")]
async fn handler() {}

fn main() {}
