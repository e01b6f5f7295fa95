// The protocol allows no spaces in names.
use goldsignal::observed;

#[observed(tool = "create task")]
async fn create_task() {}

fn main() {}
