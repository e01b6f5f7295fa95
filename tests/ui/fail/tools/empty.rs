// A client could not call it.
use goldsignal::observed;

#[observed(tool = "")]
async fn create_task() {}

fn main() {}
