// On the enum.
use goldsignal::Fault;

#[derive(Debug, Fault)]
#[fault(status = 404)]
enum E { A, B }

fn main() {}
