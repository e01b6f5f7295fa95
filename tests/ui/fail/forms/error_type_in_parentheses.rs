// `error_type` takes text after `=`.
#[derive(goldsignal::Fault)]
enum ApiError {
    #[fault(status = 404, error_type("missing"))]
    NotFound,
}

fn main() {}
