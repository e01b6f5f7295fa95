// `transparent` takes no value.
use goldsignal::Fault;

#[derive(Debug, Fault)]
enum Refused {
    #[fault(transparent())]
    NotFound,
}

fn main() {}
