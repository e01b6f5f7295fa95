// The constant of a status is text.
use goldsignal::Fault;

const S: &str = "404";
#[derive(Debug, Fault)]
enum E { #[fault(status = S)] Gone }

fn main() {}
