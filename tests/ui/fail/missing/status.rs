// A variant has no status.
use goldsignal::Fault;

#[derive(Fault)]
enum Refused {
    NotFound,
}

fn main() {}
