// Blanks are no name either.
use goldsignal::observed;

#[observed(tool = "  ")]
async fn create_task() {}

fn main() {}
