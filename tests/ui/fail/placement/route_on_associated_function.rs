// A method has no route; mount a function.
use goldsignal::observed;

struct S;

#[observed]
impl S {
    #[observed(get = "/orders")]
    async fn list() {}
}

fn main() {}
