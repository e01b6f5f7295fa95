// A wrong attribute does not hide the function from its callers.
use goldsignal::observed;

#[observed(levl = debug)]
fn f() -> u32 {
    1
}

fn main() {
    let _: u32 = f();
}
