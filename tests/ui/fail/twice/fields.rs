// The option is given twice.
use goldsignal::observed;

#[observed(fields(a), fields(b))]
fn f(a: u32, b: u32) {
    _ = (a, b);
}

fn main() {}
