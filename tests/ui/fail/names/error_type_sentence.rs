// An error type is a short name, not a message.
#[derive(goldsignal::Fault)]
enum ApiError {
    #[fault(status = 404, error_type = "The order was not found.")]
    NotFound,
}

fn main() {}
