// What `rmcp`'s `#[tool]` makes of an `async` method, where it is expanded first.
use std::pin::Pin;

use goldsignal::{Fault, observed};

#[derive(Fault)]
#[fault(status = 404)]
struct Missing;

struct Server;

impl Server {
    #[observed(tool = "read_task", fields(id))]
    fn read_task(&self, id: u64) -> Pin<Box<dyn Future<Output = Result<u64, Missing>> + Send + '_>> {
        Box::pin(async move { if id == 0 { Err(Missing) } else { Ok(id) } })
    }
}

fn main() {
    drop(Server.read_task(1));
}
