// There is no result at entry.
use goldsignal::observed;

#[observed(fields(id = result.id))]
fn f() -> Option<u32> {
    None
}

fn main() {}
