// The body is checked although the attribute is wrong.
// 2 errors: the attribute and the body.
use goldsignal::observed;

#[observed(levl = debug)]
fn f() -> u32 {
    "text"
}

fn main() {}
