// `err` needs a result.
use goldsignal::observed;

#[observed(err(|error| what = error))]
fn f() -> u32 {
    1
}

fn main() {}
