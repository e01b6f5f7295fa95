//! `transparent` needs exactly one field, whose type is a `Fault`.
//! 4 errors: each use has one.
use goldsignal::Fault;

#[derive(Fault)]
enum Wrong {
    #[fault(transparent)]
    Unit,
    #[fault(transparent)]
    Two(A, A),
    #[fault(transparent, status = 404)]
    Both(A),
}

#[derive(Fault)]
#[fault(status = 404)]
struct A;

#[derive(Fault)]
enum NoFault {
    #[fault(transparent)]
    Io(std::io::Error),
}

fn main() {}
