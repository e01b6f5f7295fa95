// `ok` takes a closure.
use goldsignal::observed;

#[observed(ok(id = 1))]
fn f() -> Option<u32> {
    None
}

fn main() {}
