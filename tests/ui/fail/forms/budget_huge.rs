// Budget huge.
use goldsignal::Labels;

#[derive(Labels)]
struct L<'a> { #[label(budget = 99999999999999999999)] tenant: &'a str }

fn main() {}
