// `fields` are captured before the body runs, when there is no result.
use goldsignal::observed;

#[observed(fields(id = result.id))]
fn f() -> Option<u32> {
    None
}

fn main() {}
