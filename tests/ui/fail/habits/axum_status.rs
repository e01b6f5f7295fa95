// The status is `status`.
use goldsignal::Fault;

#[derive(Debug, Fault)]
enum Refused {
    #[fault(status_code = StatusCode::NOT_FOUND)]
    NotFound,
}

fn main() {}
