//! A sensitive type cannot be a label, with or without a budget, text or not.
//! 4 errors: each field has one.
use goldsignal::{Label, Labels, Sensitive};
use secrecy::SecretString;

struct Card(String);

impl Sensitive for Card {}

impl AsRef<str> for Card {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[derive(Label)]
enum Diagnosis {
    Flu,
}

impl Sensitive for Diagnosis {}

#[derive(Labels)]
struct By {
    diagnosis: Diagnosis,
    #[label(budget = 10)]
    card: Card,
    #[label(budget = 10)]
    customer: SecretString,
    token: SecretString,
}

fn main() {}
