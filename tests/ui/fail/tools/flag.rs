// The name is stated, so that renaming the function does not rename the tool.
use goldsignal::observed;

#[observed(tool)]
async fn create_task() {}

fn main() {}
