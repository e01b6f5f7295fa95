// The name that clients call is the one that `rmcp` knows.
use goldsignal::observed;

#[observed(tool = "new_task")]
#[rustfmt::tool(name = "create_task")]
async fn create() {}

fn main() {}
