// A person.
use goldsignal::observed;

#[observed(fields(ssn))]
fn f(ssn: &str) {
    _ = ssn;
}

fn main() {}
