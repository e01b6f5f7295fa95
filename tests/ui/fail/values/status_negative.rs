// A status is a positive number.
#[derive(goldsignal::Fault)]
enum ApiError {
    #[fault(status = -1)]
    NotFound,
}

fn main() {}
