// A method cannot be an axum handler, so it has no route.
use goldsignal::observed;

struct S;

impl S {
    #[observed(get = "/tasks")]
    async fn f(&self) {}
}

fn main() {}
