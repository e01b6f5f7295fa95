// `err` needs a function that returns a `Result`.
use goldsignal::observed;

#[observed(err(|error| what = error))]
fn f() -> u32 {
    1
}

fn main() {}
