// An error type is not a status.
use goldsignal::Fault;

#[derive(Debug, Fault)]
enum Failed {
    #[fault(status = 404, error_type = "404")]
    Missing,
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("failed")
    }
}

impl std::error::Error for Failed {}

fn main() {}
