// The status is `status`.
use goldsignal::Fault;

#[derive(Debug, Fault)]
enum Refused {
    #[fault(http_status = 404)]
    NotFound,
}

fn main() {}
