// Errors of others inside, by `thiserror` and by hand, with all ways to state a status.
use axum::response::IntoResponse;
use goldsignal::Fault;

#[derive(Debug, thiserror::Error, Fault)]
#[fault(response, detail)]
enum ApiError {
    #[error("order {0} was not found")]
    #[fault(status = 404)]
    NotFound(u32),
    #[error(transparent)]
    #[fault(status = 503, error_type = "database")]
    Io(#[from] std::io::Error),
    #[error("{0}")]
    #[fault(status = self.code(), blame = server)]
    Other(&'static str),
    #[error("busy")]
    #[fault(status = axum::http::StatusCode::TOO_MANY_REQUESTS)]
    Busy,
}

impl ApiError {
    fn code(&self) -> u16 {
        500
    }
}

fn main() {
    assert_eq!(ApiError::NotFound(1).error_type(), "not_found");
    assert_eq!(ApiError::from(std::io::Error::other("x")).error_type(), "database");
    assert_eq!(ApiError::Busy.status(), Some(429));
    assert_eq!(ApiError::Other("x").into_response().status(), 500);
}
