// Text alone is no option: a name is `name = ..`, a route `get = ..`.
use goldsignal::observed;

#[observed("orders")]
fn f(a: u32, b: u32) {
    _ = (a, b);
}

fn main() {}
