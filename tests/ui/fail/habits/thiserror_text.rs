// In `thiserror`, the attribute holds the text.
#[derive(goldsignal::Fault)]
enum ApiError {
    #[fault("not found")]
    NotFound,
}

fn main() {}
