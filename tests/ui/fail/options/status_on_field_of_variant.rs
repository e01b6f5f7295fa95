// The status belongs to the variant.
#[derive(goldsignal::Fault)]
enum ApiError {
    NotFound(#[fault(status = 404)] u32),
}

fn main() {}
