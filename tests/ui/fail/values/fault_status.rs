//! A missing status, statuses that are not errors, and values that are not statuses.
//! 8 errors: each status has one.
use goldsignal::Fault;

#[derive(Fault)]
enum Wrong {
    Missing,
    #[fault(status = 200)]
    Fine,
    #[fault(status = 399)]
    Almost,
    #[fault(status = 600)]
    Beyond,
    #[fault(status = "404")]
    Text,
    #[fault(status)]
    Bare,
    #[fault(error_type = "not found", status = 404)]
    Sentence,
}

#[derive(Fault)]
struct Silent;

fn main() {
    let _ = Wrong::Fine.status();
    let _ = Silent.error_type();
}
