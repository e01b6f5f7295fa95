// Fault problem json.
use goldsignal::Fault;

#[derive(Debug, Fault)]
#[fault(problem_json)]
enum E { #[fault(status = 404)] A }

fn main() {}
