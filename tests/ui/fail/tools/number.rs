// The name is text.
use goldsignal::observed;

#[observed(tool = 3)]
async fn create_task() {}

fn main() {}
