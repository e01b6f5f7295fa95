// The option is given twice.
use goldsignal::observed;

#[observed(ok(|value| a = value), ok(|value| b = value))]
fn f() -> u32 {
    1
}

fn main() {}
