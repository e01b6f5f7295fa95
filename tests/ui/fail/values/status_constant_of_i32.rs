// The constant of a status is a signed number.
use goldsignal::Fault;

const S: i32 = 404;
#[derive(Debug, Fault)]
enum E { #[fault(status = S)] Gone }

fn main() {}
