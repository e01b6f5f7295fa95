// A status in an attribute of its own.
use goldsignal::Fault;

#[derive(Debug, thiserror::Error, Fault)]
enum ShopError {
    #[error("no such order")]
    #[status(404)]
    NoSuchOrder,
}

fn main() {}
