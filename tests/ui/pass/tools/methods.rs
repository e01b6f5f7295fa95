// Methods, whose block may be observed, too.
use goldsignal::{Slo, observed};

const TOOLS: Slo = Slo::new("tools", "Ask us.").availability(99.0);

struct Server;

#[observed(slo = TOOLS)]
impl Server {
    #[observed(tool = "create_task")]
    async fn create_task(&self) {}
    #[observed(tool = "list_tasks", fields(limit))]
    async fn list_tasks(&mut self, limit: u32) {}
    fn helper() {}
}

fn main() {
    drop(Server.create_task());
    drop(Server.list_tasks(1));
    Server::helper();
}
