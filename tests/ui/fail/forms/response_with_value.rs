// `response` takes nothing.
#[derive(goldsignal::Fault)]
#[fault(response = true)]
enum ApiError {
    #[fault(status = 404)]
    NotFound,
}

fn main() {}
