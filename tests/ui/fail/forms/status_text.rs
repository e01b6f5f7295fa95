// A status is a number.
use goldsignal::Fault;

#[derive(Debug, Fault)]
enum Refused {
    #[fault(status = "404")]
    NotFound,
}

fn main() {}
