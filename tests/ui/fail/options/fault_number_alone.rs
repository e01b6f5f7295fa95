// The number has a name: `status`.
#[derive(goldsignal::Fault)]
enum ApiError {
    #[fault(404)]
    NotFound,
}

fn main() {}
