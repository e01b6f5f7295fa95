// The name of what counts unknown tools.
use goldsignal::observed;

#[observed(tool = "_OTHER")]
async fn create_task() {}

fn main() {}
