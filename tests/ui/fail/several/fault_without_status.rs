// A wrong fault does not hide the type from its users.
use goldsignal::{Fault, observed};

#[derive(Debug, Fault)]
enum ApiError {
    NotFound,
}

#[observed]
fn f() -> Result<u32, ApiError> {
    Err(ApiError::NotFound)
}

fn main() {}
