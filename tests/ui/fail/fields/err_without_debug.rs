// The error has no `Debug`.
use goldsignal::observed;

struct User {
    id: u64,
}

#[observed(err(|error| what = ?error))]
fn f() -> Result<u32, User> {
    Ok(1)
}

fn main() {}
