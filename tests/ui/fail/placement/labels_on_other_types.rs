//! A set of labels is a struct with named fields.
//! 4 errors: each type has one.
#[derive(goldsignal::Labels)]
enum Plan {
    Free,
}

#[derive(goldsignal::Labels)]
struct Tuple(bool);

#[derive(goldsignal::Labels)]
struct Unit;

#[derive(goldsignal::Labels)]
struct Empty {}

fn set<L: goldsignal::Labels>() {}

fn main() {
    set::<Plan>();
    set::<Tuple>();
    set::<Unit>();
    set::<Empty>();
}
