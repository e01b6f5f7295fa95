// The attribute has to be imported.
#[observed]
fn f() {}

fn main() {}
