// Without a name of its own, `rmcp` calls the tool like the function.
use goldsignal::observed;

#[observed(tool = "create_task")]
#[rustfmt::tool(description = "Creates a task.", annotations(read_only_hint = false))]
async fn create() {}

fn main() {}
