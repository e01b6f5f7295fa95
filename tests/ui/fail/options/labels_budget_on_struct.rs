// Budget on the struct.
use goldsignal::Labels;

#[derive(Labels)]
#[labels(budget = 10)]
struct L<'a> { t: &'a str }

fn main() {}
