// Where `#[observed]` is expanded first, it sees the name in `#[tool]`.
use goldsignal::observed;

#[observed(tool = "create_task")]
#[rustfmt::tool(name = "create_task", description = "Creates.")]
async fn create() {}

#[observed(tool = "list")]
#[rustfmt::tool]
async fn list() {}

fn main() {
    drop(create());
    drop(list());
}
