// The number is `status`.
#[derive(goldsignal::Fault)]
enum ApiError {
    #[fault(code = 404)]
    NotFound,
}

fn main() {}
