// An associated function has no route; mount a function.
use goldsignal::observed;

struct S;

impl S {
    #[observed(get = "/orders")]
    async fn list() {}
}

fn main() {}
