// An empty label is a missing one.
#[derive(goldsignal::Fault)]
enum ApiError {
    #[fault(status = 404, error_type = "")]
    NotFound,
}

fn main() {}
