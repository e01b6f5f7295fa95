// A call is not a session.
use goldsignal::observed;

#[observed(tool = "watch_task", long)]
async fn create_task() {}

fn main() {}
