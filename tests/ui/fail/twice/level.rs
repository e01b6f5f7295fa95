// The option is given twice.
use goldsignal::observed;

#[observed(level = info, level = debug)]
fn f(a: u32, b: u32) {
    _ = (a, b);
}

fn main() {}
