// Fault on a field.
use goldsignal::Fault;

#[derive(Debug, Fault)]
enum E { A { #[fault(status = 404)] x: u32 } }

fn main() {}
