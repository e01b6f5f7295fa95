// `detail` is an option of its own.
#[derive(goldsignal::Fault)]
#[fault(response(detail))]
enum ApiError {
    #[fault(status = 404)]
    NotFound,
}

fn main() {}
