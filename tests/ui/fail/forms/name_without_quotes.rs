// `name` takes text.
use goldsignal::observed;

#[observed(name = billing)]
fn f(a: u32, b: u32) {
    _ = (a, b);
}

fn main() {}
