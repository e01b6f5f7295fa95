// A method is no handler.
use goldsignal::observed;

struct S;

impl S {
    #[observed(get = "/tasks")]
    async fn f(&self) {}
}

fn main() {}
