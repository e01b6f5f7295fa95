// An account.
use goldsignal::observed;

#[observed(fields(iban))]
fn f(iban: &str) {
    _ = iban;
}

fn main() {}
