// Text has no suffix.
use goldsignal::observed;

#[observed(tool = "create_task"s)]
async fn create_task() {}

fn main() {}
