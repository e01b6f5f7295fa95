// The path and the method of other frameworks are one wrong idea, so one error.
use goldsignal::observed;

#[observed("/a", method = "GET")]
async fn work() -> &'static str { "" }

fn main() {}
