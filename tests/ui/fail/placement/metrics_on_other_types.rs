//! A set of metrics is a struct with named fields and without generic parameters.
//! 4 errors: each type has one.
use goldsignal::{Counter, Labels, Metrics};

#[derive(Metrics)]
enum Enum {
    A,
}

#[derive(Metrics)]
struct Tuple(Counter);

#[derive(Metrics)]
struct Empty {}

#[derive(Metrics)]
struct Generic<T: Labels> {
    /// Tasks.
    tasks_total: Counter<T>,
}

fn main() {
    Enum::get();
    Tuple::get();
    Empty::get();
}
