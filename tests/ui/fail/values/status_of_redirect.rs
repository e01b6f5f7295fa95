// A redirect is no error.
use goldsignal::Fault;

#[derive(Debug, Fault)]
enum Refused {
    #[fault(status = 301)]
    NotFound,
}

fn main() {}
