// A function of a trait has no route; mount a function.
use goldsignal::observed;

trait Shop {
    #[observed(get = "/orders")]
    async fn list() {}
}

fn main() {}
