// A status has three digits.
#[derive(goldsignal::Fault)]
enum ApiError {
    #[fault(status = 4040)]
    NotFound,
}

fn main() {}
