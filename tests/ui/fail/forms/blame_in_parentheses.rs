// `blame` takes a word after `=`.
use goldsignal::Fault;

#[derive(Debug, Fault)]
enum Refused {
    #[fault(status = 404, blame(client))]
    NotFound,
}

fn main() {}
