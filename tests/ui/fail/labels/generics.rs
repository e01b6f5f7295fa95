//! A `Labels` struct can have one lifetime, but no other generic parameter.
//! 3 errors: each parameter has one.
#[derive(goldsignal::Labels)]
struct By<'a, 'b, T, const N: usize> {
    #[label(budget = 10)]
    a: &'a str,
    #[label(budget = 10)]
    b: &'b str,
    t: T,
}

fn main() {}
