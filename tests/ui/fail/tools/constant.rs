// The macro has to see the name: it is a label value.
use goldsignal::observed;

#[observed(tool = NAME)]
async fn create_task() {}

fn main() {}
