// `status` takes a value after `=`.
#[derive(goldsignal::Fault)]
enum ApiError {
    #[fault(status(404))]
    NotFound,
}

fn main() {}
