// The attribute is given twice, with another between.
use goldsignal::observed;

#[observed(level = debug)]
#[must_use]
#[observed]
fn f() -> u32 {
    1
}

fn main() {}
