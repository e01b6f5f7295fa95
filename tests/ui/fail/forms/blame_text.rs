// `blame` takes a word.
#[derive(goldsignal::Fault)]
enum ApiError {
    #[fault(status = 404, blame = "client")]
    NotFound,
}

fn main() {}
