// `skip` takes nothing; what is not named is not captured.
use goldsignal::observed;

#[observed(skip(db))]
fn f(a: u32, b: u32) {
    _ = (a, b);
}

fn main() {}
