// Route on the impl.
use goldsignal::observed;

struct Api;
#[observed(get = "/x")]
impl Api {
    async fn list(&self) -> &'static str { "x" }
}

fn main() {}
