// The field is captured from the arguments and from the value.
use goldsignal::observed;

#[observed(fields(id), ok(|value| id = value))]
fn f(id: u32) -> u32 {
    id
}

fn main() {}
