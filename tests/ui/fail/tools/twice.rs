// A function is one tool.
use goldsignal::observed;

#[observed(tool = "create_task", tool = "new_task")]
async fn create_task() {}

fn main() {}
