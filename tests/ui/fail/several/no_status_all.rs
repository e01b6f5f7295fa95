// None has a status.
use goldsignal::Fault;

#[derive(Debug, Fault)]
enum E { A, B, C }

fn main() {}
