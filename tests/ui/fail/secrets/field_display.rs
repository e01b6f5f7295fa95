// The `Display` text of a sensitive type cannot be a field.
use goldsignal::observed;

struct Card(String);

impl goldsignal::Sensitive for Card {}

impl std::fmt::Display for Card {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[observed(fields(%card))]
fn f(card: Card) {}

fn main() {}
