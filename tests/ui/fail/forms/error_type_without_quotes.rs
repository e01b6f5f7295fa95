// `error_type` takes text.
#[derive(goldsignal::Fault)]
enum ApiError {
    #[fault(status = 404, error_type = not_found)]
    NotFound,
}

fn main() {}
