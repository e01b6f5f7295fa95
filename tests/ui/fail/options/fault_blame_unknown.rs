// A fault is the client's or the server's.
#[derive(goldsignal::Fault)]
enum ApiError {
    #[fault(status = 404, blame = user)]
    NotFound,
}

fn main() {}
