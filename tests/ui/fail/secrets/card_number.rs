// A number can be a secret.
use goldsignal::observed;

#[observed(fields(card_number))]
fn f(card_number: u64) {
    _ = card_number;
}

fn main() {}
