// A fault is no success.
#[derive(goldsignal::Fault)]
enum ApiError {
    #[fault(status = 204)]
    Empty,
}

fn main() {}
