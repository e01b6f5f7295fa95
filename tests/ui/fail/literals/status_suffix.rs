// A status is a number alone.
#[derive(goldsignal::Fault)]
enum ApiError {
    #[fault(status = 404http)]
    NotFound,
}

fn main() {}
