// A skipped method is no observed tool.
use goldsignal::observed;

struct Server;

#[observed]
impl Server {
    #[observed(skip, tool = "create_task")]
    async fn create_task(&self) {}
    async fn list_tasks(&self) {}
}

fn main() {}
