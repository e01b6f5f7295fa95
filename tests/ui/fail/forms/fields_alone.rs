// `fields` takes parentheses.
use goldsignal::observed;

#[observed(fields)]
fn f(a: u32, b: u32) {
    _ = (a, b);
}

fn main() {}
