// `transparent` takes nothing.
#[derive(goldsignal::Fault)]
enum ApiError {
    #[fault(transparent = true)]
    NotFound,
}

fn main() {}
