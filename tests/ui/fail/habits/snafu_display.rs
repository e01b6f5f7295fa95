// The message is that of `Display`.
use goldsignal::Fault;

#[derive(Debug, Fault)]
enum Refused {
    #[fault(display("not found"))]
    NotFound,
}

fn main() {}
