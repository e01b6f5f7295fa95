// The option is given twice.
#[derive(goldsignal::Fault)]
enum ApiError {
    #[fault(status = 404, error_type = "a", error_type = "b")]
    NotFound,
}

fn main() {}
