//! A constant status that is not an error, and computed statuses of the wrong type.
//! 3 errors: each status has one.
use axum::http::StatusCode;
use goldsignal::Fault;

#[derive(Fault)]
enum Wrong {
    #[fault(status = StatusCode::OK)]
    Ok,
}

#[derive(Fault)]
enum Typed {
    #[fault(status = self.code())]
    Text,
    #[fault(status = code)]
    Signed { code: i64 },
}

impl Typed {
    fn code(&self) -> &'static str {
        "404"
    }
}

fn main() {}
