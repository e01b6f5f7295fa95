// Each line of a tool has its name as `tool`.
use goldsignal::observed;

#[observed(tool = "create_task", fields(tool = 1))]
async fn create_task() {}

fn main() {}
