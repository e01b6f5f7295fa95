//! One set of labels is one set: no parameters but one lifetime.
#[derive(goldsignal::Labels)]
struct By<'a, 'b, T, const N: usize> {
    #[label(budget = 10)]
    a: &'a str,
    #[label(budget = 10)]
    b: &'b str,
    t: T,
}

fn main() {}
