// `observed` is an attribute, not a derive.
#[derive(goldsignal::observed)]
struct S;

fn main() {}
