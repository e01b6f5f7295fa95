// A block has many tools.
use goldsignal::observed;

struct Server;

#[observed(tool = "create_task")]
impl Server {
    async fn create_task(&self) {}
}

fn main() {}
