// In `thiserror`, `from` makes a conversion.
#[derive(goldsignal::Fault)]
enum ApiError {
    #[fault(status = 500, from)]
    Io(std::io::Error),
}

fn main() {}
