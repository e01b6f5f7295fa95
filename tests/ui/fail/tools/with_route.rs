// Agents call tools through the transport, not by a route.
use goldsignal::observed;

#[observed(tool = "create_task", post = "/tasks")]
async fn create_task() {}

fn main() {}
