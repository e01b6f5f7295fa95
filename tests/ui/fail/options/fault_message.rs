// The text of an error is its `Display`.
#[derive(goldsignal::Fault)]
enum ApiError {
    #[fault(status = 404, message = "not found")]
    NotFound,
}

fn main() {}
