//! Unknown, repeated and misplaced options.
//! 8 errors: each option has one.
use goldsignal::Fault;

#[derive(Fault)]
#[fault(status = 404, respons)]
enum Wrong {
    #[fault(stauts = 404)]
    A,
    #[fault(status = 404, status = 405)]
    B,
    #[fault(status = 404, response)]
    C,
    #[fault(status = 404, blame = nobody)]
    D,
}

#[derive(Fault)]
#[fault(status = 404, detail)]
struct Detail;

#[derive(Fault)]
union Union {
    a: u8,
}

fn main() {}
