//! A variant without a status, statuses that are no errors, and what is no status at all.
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
