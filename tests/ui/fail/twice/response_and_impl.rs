// The derive implements `IntoResponse` already.
use goldsignal::Fault;

#[derive(Fault)]
#[fault(response)]
enum E { #[fault(status = 404)] A }
impl axum::response::IntoResponse for E { fn into_response(self) -> axum::response::Response { todo!() } }

fn main() {}
