// The name is the same for each call.
use goldsignal::observed;

#[observed(tool = "create_{kind}")]
async fn create_task() {}

fn main() {}
