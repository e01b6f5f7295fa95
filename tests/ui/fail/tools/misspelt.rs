// An option that is nearly `tool`.
use goldsignal::observed;

#[observed(tools = "create_task")]
async fn create_task() {}

fn main() {}
