// A type that is marked sensitive, as it is.
use goldsignal::observed;

struct Card(String);

impl goldsignal::Sensitive for Card {}

#[observed(fields(card))]
fn f(card: Card) {}

fn main() {}
