// Lifetime on an enum.
use goldsignal::Label;

#[derive(Label)]
enum L<'a> { A(&'a str) }

fn main() {}
