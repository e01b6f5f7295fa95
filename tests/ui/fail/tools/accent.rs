// The protocol allows ASCII alone.
use goldsignal::observed;

#[observed(tool = "créer")]
async fn create_task() {}

fn main() {}
