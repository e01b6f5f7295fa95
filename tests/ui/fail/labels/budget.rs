//! A budget of nothing, and one that is none.
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
