// A sensitive type cannot be a field.
use goldsignal::observed;

struct Card(String);

impl goldsignal::Sensitive for Card {}

#[observed(fields(card))]
fn f(card: Card) {}

fn main() {}
