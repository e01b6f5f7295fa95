// Options take their value after `=`.
use goldsignal::observed;

#[observed(tool("create_task"))]
async fn create_task() {}

fn main() {}
