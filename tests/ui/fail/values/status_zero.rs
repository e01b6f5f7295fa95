// Zero is no status.
use goldsignal::Fault;

#[derive(Debug, Fault)]
enum Refused {
    #[fault(status = 0)]
    NotFound,
}

fn main() {}
