// Names are not paths.
use goldsignal::observed;

#[observed(tool = "tasks/create")]
async fn create_task() {}

fn main() {}
