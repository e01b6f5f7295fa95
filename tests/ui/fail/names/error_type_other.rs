// `_OTHER` is the type of errors without one.
#[derive(goldsignal::Fault)]
enum ApiError {
    #[fault(status = 500, error_type = "_OTHER")]
    Unknown,
}

fn main() {}
