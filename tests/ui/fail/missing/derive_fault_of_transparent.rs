// The inner error is no fault.
use goldsignal::Fault;

struct Inner;

#[derive(Fault)]
enum Refused {
    #[fault(transparent)]
    Inner(Inner),
}

fn main() {}
