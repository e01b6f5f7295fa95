// Negative.
use goldsignal::Fault;

#[derive(Debug, Fault)]
enum E { #[fault(status = -404)] A }

fn main() {}
