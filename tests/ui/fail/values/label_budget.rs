//! A budget is a number from 1 to 10,000.
//! 4 errors: each budget has one.
#[derive(goldsignal::Labels)]
struct By {
    #[label(budget = 0)]
    nothing: String,
    #[label(budget = 10_001)]
    everything: String,
    #[label(budget = "50")]
    text: String,
    #[label(budget)]
    bare: String,
}

fn main() {}
