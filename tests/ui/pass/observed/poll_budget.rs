// The budget of a poll, on a function and on a block.

use goldsignal::observed;

#[observed(poll_budget = "25ms")]
async fn waits() {}

struct Store;

#[observed(poll_budget = "250 us")]
impl Store {
    async fn find(&self) {}

    #[observed(poll_budget = "1s", level = debug)]
    fn rebuild(&self) {}
}

fn main() {
    Store.rebuild();
    drop((waits(), Store.find()));
}
