// Two methods before the path.
use goldsignal::observed;

#[observed(get = "GET,POST /users")]
async fn users() -> &'static str {
    ""
}

fn main() {}
